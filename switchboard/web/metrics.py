"""Figures for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from switchboard.web.auth import Ports

router = APIRouter(tags=["monitoring"])


@router.get("/metrics", response_class=Response)
async def metrics(ports: Ports) -> Response:
    """Prometheus' text format."""
    return Response(generate_latest(ports.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
