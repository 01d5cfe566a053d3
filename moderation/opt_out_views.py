"""The pages elsewhere whose authors do not want them listed here, for moderators."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.forms import PageForm
from community.stream import Page, keys_of_page
from links.models import OptOut

from .access import for_moderators


class LiftingForm(forms.Form):
    """Why a page may be listed again."""

    reason = forms.CharField(
        label=gettext_lazy("How do you know that its author wants that?"),
        max_length=300,
        help_text=gettext_lazy("For example: they wrote to us on 3 May, from the address on that page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say how you know: it is kept with your name.")},
    )


@for_moderators
def opt_outs(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first; of those that were lifted also by whom and why."""
    ids, older, newer = keys_of_page(OptOut.objects.all(), time="asked_at", **PageForm.place(request.GET))
    found = OptOut.objects.select_related("lifted_by__person").in_bulk(ids)
    page = Page([found[pk] for pk in ids if pk in found], older, newer)
    return render(request, "moderation/opt_outs.html", {"page": page})


@for_moderators
def lifting(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a page, or a site, be listed again, because its author asks for that."""
    opt_out = get_object_or_404(OptOut.objects.standing(), pk=pk)
    form = LiftingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        opt_out.lift(by=request.user, reason=form.cleaned_data["reason"])
        words = _("%(page)s can be listed again. What was hidden stays hidden until somebody adds it again.")
        messages.success(request, words % {"page": opt_out})
        return redirect("moderation:opt_outs")
    context = {"form": form, "opt_out": opt_out}
    return render(request, "moderation/opt_out_lifting.html", context, status=422 if form.is_bound else 200)
