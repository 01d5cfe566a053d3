"""What is missing at an event, and the forms that bring it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from community.missing import jobs, recount_at, way_back
from community.models import Contribution
from events.models import Event
from links.fields import AddressField
from people.models import Person


class PersonLinkForm(forms.Form):
    """A link for somebody's page."""

    url = AddressField(label=gettext_lazy("Their site"))


@require_GET
def missing(request: HttpRequest, slug: str) -> HttpResponse:
    """Jobs of ten seconds, one after the other."""
    event = get_object_or_404(Event.objects.public().select_related("parent"), slug=slug)
    looks_after = Event.objects.editable_by(request.user).filter(pk=event.pk).exists()
    context = {"event": event, "jobs": jobs(event, request.user, looks_after=looks_after)}
    return render(request, "community/missing.html", context)


@login_required
def person_link(request: HttpRequest, handle: str) -> HttpResponse:
    """Give somebody who is credited, and has neither account nor link, the first link of their page: for those who look
    after an event at which they are credited. Everything else on the page is its person's business.
    """
    people = Person.objects.filter(account=None, links=[])
    person = get_object_or_404(people, handle=handle)
    there = Contribution.objects.public().by(person)
    event = get_object_or_404(
        Event.objects.public().editable_by(request.user).filter(contributions__in=there).distinct()[:1]
    )
    form = PersonLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        person.links = [form.cleaned_data["url"]]
        person.save(update_fields=["links"])
        recount_at({event.pk, event.main_event_id})
        messages.success(request, _("Thank you! The link is on their page now."))
        return redirect(way_back(request, event, "links"))
    context: dict[str, Any] = {"person": person, "form": form, "event": event}
    return render(request, "community/person_link.html", context, status=422 if form.is_bound else 200)
