"""What the editor offers for the word being typed."""

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from community.editing import CompletionForm, completions
from events.models import Event


@require_GET
def completion(request: HttpRequest, slug: str) -> JsonResponse:
    """Answer, as JSON, what ?q= after the sign ?key= may become in a text about the event."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    form = CompletionForm(request.GET)
    rows = (
        completions(form.cleaned_data["key"], form.cleaned_data["q"], event, request.user)
        if form.is_valid()
        else []
    )
    response = JsonResponse({"rows": rows})
    response["Cache-Control"] = "private, max-age=60"
    return response
