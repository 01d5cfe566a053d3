"""Two questions that a load balancer, a supervisor or a person asks."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs.models import WorkerHeartbeat

OK = "ok"


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return OK


def storage() -> str:
    try:
        name = default_storage.save(f"readyz-{get_random_string(12)}", ContentFile(b"ok"))
        default_storage.delete(name)
    except Exception:
        # Not only OSError: each storage backend has exceptions of its own.
        return "cannot be written"
    return OK


def worker() -> str:
    try:
        seen = WorkerHeartbeat.objects.alive().exists()
    except DatabaseError:
        return "unknown, the database does not answer"
    return OK if seen else "not seen for a minute"


CHECKS: dict[str, Callable[[], str]] = {"database": database, "storage": storage, "worker": worker}
# What apps have to tell beside that, and that does not decide whether visitors can be served; None: nothing yet.
REPORTS: dict[str, Callable[[], Any]] = {}


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The web process answers; nothing else is asked."""
    return HttpResponse(OK, content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Everything that a visitor needs works: 200, else 503, with each check by name; and what apps have to tell."""
    answers = {name: check() for name, check in CHECKS.items()}
    status = 200 if set(answers.values()) == {OK} else 503
    told = {name: report() for name, report in REPORTS.items()} if answers["database"] == OK else {}
    return JsonResponse(
        answers | {name: report for name, report in told.items() if report is not None}, status=status
    )
