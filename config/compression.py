"""Pages come compressed: a fifth of the bytes, and on a slow line one or two round trips less before anything is seen.

Here and not in a proxy, as a site may have none.
"""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Django's, for whole texts (HTML, JSON, XML, SVG and so on) only: it would also pack what streams, and with it the
    ranges of ZIP files, and photos, which only takes time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if is_text(response) else response


def is_text(response: HttpResponseBase) -> bool:
    """Return whether an answer is a whole text."""
    if response.streaming or response.has_header("Content-Range"):
        return False
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("json", "xml"))
