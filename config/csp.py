"""Content-Security-Policy under the names that Django 6 gives it.

On the upgrade to Django 6 this file goes: `SECURE_CSP` stays in the settings, and
`django.middleware.csp.ContentSecurityPolicyMiddleware` takes this middleware's place.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def build_policy(directives: dict[str, list[str]]) -> str:
    """Return the header's value; a directive with no source is written alone."""
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


class ContentSecurityPolicyMiddleware:
    """Set the policy on every answer that has none of its own: `_csp_config`, the directives, as Django 6's
    `csp_override` leaves them on the answer; or the header itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = build_policy(settings.SECURE_CSP)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        own = getattr(response, "_csp_config", None)
        response.headers.setdefault("Content-Security-Policy", build_policy(own) if own else self.policy)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response
