"""The HTTP interface, version 1: one module for each resource."""

from fastapi import APIRouter

from switchboard.web.api import (
    answer_phrases,
    blocked_addresses,
    callback_tasks,
    calls,
    greetings,
    operators,
    people,
    person_data,
    pins,
    queue,
    staffing,
    task_steps,
    voicemail_messages,
)
from switchboard.web.api.away import absences, autoreplies, calendars
from switchboard.web.problems import PROBLEM_RESPONSES

_RESOURCES = (
    absences,
    answer_phrases,
    blocked_addresses,
    calendars,
    autoreplies,
    callback_tasks,
    calls,
    greetings,
    operators,
    people,
    person_data,
    pins,
    queue,
    staffing,
    task_steps,
    voicemail_messages,
)

api_router = APIRouter(prefix="/api/v1", responses=PROBLEM_RESPONSES)
for _resource in _RESOURCES:
    api_router.include_router(_resource.router)
