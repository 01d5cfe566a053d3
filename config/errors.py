"""What a visitor sees whose form came without a valid token."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from community import resending


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Hand a form of ours back with a fresh token, so that nothing typed is lost; refuse everything else with 403."""
    # A page of another site may post to us too. Were its fields shown here beside a valid token, one press of the
    # visitor's would send what that site chose. So only a form that the browser says is from here comes back.
    if is_from_here(request):
        handed_back = resending.page(
            request,
            title=_("Please send it once more."),
            reason=_(
                "The form was open for a long time, or you have signed in or out meanwhile. "
                "Nothing is lost: what you typed is still here."
            ),
            status=403,
        )
        if handed_back is not None:
            return handed_back
    return render(request, "csrf_failure.html", status=403)


def is_from_here(request: HttpRequest) -> bool:
    """Return whether the browser names this very site as the origin of the request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        referer = urlsplit(request.headers.get("Referer", ""))
        origin = f"{referer.scheme}://{referer.netloc}"
    return origin in (f"{request.scheme}://{request.get_host()}", settings.SITE_URL)
