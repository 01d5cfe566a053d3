"""Links that lead nowhere any more, and the addresses of a site that has moved, replaced all at once."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from community.forms import PageForm
from community.linked import Move, leading_to
from community.stream import load
from community.tasks import replace_addresses
from links.models import Link, Replacement

from .access import for_moderators
from .link_forms import ReplacementForm
from .merging import Strand, cut
from .views import address

A_PAGE = 50
EXAMPLES = 10
LAST_REPLACEMENTS = 10


@for_moderators
def gone_links(request: HttpRequest) -> HttpResponse:
    """The links that are gone, what leads there, and what was replaced."""
    rows = Link.objects.gone()
    page = cut([Strand(rows, "gone_since", 0)], **PageForm.place(request.GET), size=A_PAGE, newest_first=True)
    found = {link.pk: link for link in Link.objects.filter(pk__in=[pk for _rank, pk in page.places])}
    links = [found[pk] for _rank, pk in page.places if pk in found]
    items = leading_to([link.key for link in links])
    context = {
        "links": [(link, items.get(link.key, [])) for link in links],
        "form": ReplacementForm(),
        "replacements": Replacement.objects.select_related("by__person")[:LAST_REPLACEMENTS],
        "page": {
            "newer_url": address("moderation:gone_links", {}, after=page.after),
            "older_url": address("moderation:gone_links", {}, before=page.before),
        },
    }
    return render(request, "moderation/gone_links.html", context)


@for_moderators
def replacement(request: HttpRequest) -> HttpResponse:
    """Look at what a replacement would change; sent as a POST, have it done by the worker."""
    form = ReplacementForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, "moderation/replacement.html", {"form": form}, status=422)
    move = Move(form.cleaned_data["old"], form.cleaned_data["new"])
    ids = move.ids()
    if request.method == "POST" and ids:
        with transaction.atomic():
            asked = form.save(by=request.user)
            replace_addresses.enqueue(asked.pk)
        messages.success(request, _("They are being replaced. Each change is a new version, by you."))
        return redirect("moderation:gone_links")
    context: dict[str, Any] = {
        "form": form,
        "count": len(ids),
        "examples": move.examples(load(ids[:EXAMPLES])),
    }
    return render(request, "moderation/replacement.html", context)
