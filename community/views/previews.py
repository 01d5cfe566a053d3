"""What stands at an address that somebody pastes into a form, asked for by its script while they type on.

The form is answered at once and never waits: the worker asks the address, and the script looks a few times whether it
has. Where that fails, or takes too long, the form works as it does without scripts.
"""

from django.core import signing
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from community.forms import PreviewForm
from community.previews import ask, may_ask, what_is_known
from links.models import Link

SALT = "community.previews"
SECONDS = 600


@require_POST
def previews(request: HttpRequest) -> JsonResponse:
    """Have the pasted address read; answer where to look for what was found. The answer is the same whether it was
    known already, which nobody should learn here.
    """
    form = PreviewForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"note": ""}, status=422)
    if not may_ask(request):
        return JsonResponse({"note": ""}, status=429)
    link = ask(form.cleaned_data["url"])
    look = reverse("community:preview", args=[signing.dumps(link.pk, salt=SALT, compress=False)])
    return JsonResponse({"look": look}, status=202)


@require_GET
def preview(request: HttpRequest, token: str) -> JsonResponse:
    """Answer what was found at the address that the token is for, as far as the worker has come."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    response = JsonResponse(what_is_known(get_object_or_404(Link, pk=pk)))
    response["Cache-Control"] = "no-store"
    return response
