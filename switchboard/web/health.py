"""Whether the service can do its work, for monitoring and for whoever starts it."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from switchboard.web.auth import Ports

router = APIRouter(tags=["monitoring"])


class PartOfHealth(BaseModel):
    ok: bool
    detail: str


class HealthDocument(BaseModel):
    """`status` is `ok` or `unavailable`."""

    status: str
    parts: dict[str, PartOfHealth]


@router.get("/health", response_model=HealthDocument, responses={503: {"model": HealthDocument}})
async def health(ports: Ports) -> JSONResponse:
    """200 when ARI, AMI and the database are connected, the schema is current and recordings can be written; else 503
    with the parts."""
    parts = await ports.health.parts()
    ok = bool(parts) and all(part.ok for part in parts)
    document = HealthDocument(
        status="ok" if ok else "unavailable",
        parts={part.name: PartOfHealth(ok=part.ok, detail=part.detail) for part in parts},
    )
    return JSONResponse(document.model_dump(), 200 if ok else 503, headers={"Cache-Control": "no-store"})
