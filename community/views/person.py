"""The page of a person: who they are, and what they brought home from all events."""

import dataclasses
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from events.models import Event
from links.canonical import host_label
from people.models import Person
from people.muting import mute_state

from ..forms import PageForm
from ..kinds import kinds_by_slug
from ..models import Contribution, ContributionQuerySet, Credit
from ..shared import shared_person
from ..stream import Page, card_page, together

ADDED, NAMED = "added", "mentioned"
FIRST = 6
MOST_EVENTS = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One thing that a person did: spoke, wrote, photographed, added."""

    name: str
    label: Any
    rows: ContributionQuerySet
    page: Page

    @property
    def cards(self) -> SafeString:
        return together(self.page.entries)


def people_visible_to(user: Any) -> QuerySet[Person]:
    """Return the people whose page `user` may see: those with something public to show, and oneself."""
    people = Person.objects.standing()
    if user.is_authenticated and user.is_moderator:
        return people
    public = Contribution.objects.public()
    # From the person to the contributions: asked with `contribution__in`, SQLite walks all that is public.
    credited = public.filter(credits__person=OuterRef("pk"))
    added = public.filter(contributor__person=OuterRef("pk"))
    own = Q(pk=user.person_id) if user.is_authenticated else Q(pk__in=[])
    return people.filter(Exists(credited) | Exists(added) | own)


def parts_of(person: Person) -> list[tuple[str, Any, ContributionQuerySet]]:
    """Return what a person can have done, by kind, and last what they added of others: (name, label, rows). Nothing is
    in two of them.
    """
    public = Contribution.objects.public()
    by_kind = [
        (slug, model.credit_label and model.credit_label % 1, public.by(person).filter(kind=model.KIND))
        for slug, model in kinds_by_slug().items()
    ]
    others = public.filter(~Exists(Credit.objects.filter(contribution=OuterRef("pk"), person=person)))
    # Whoever names somebody by @handle thanks them, more often than not.
    named = others.filter(mentions__person=person).exclude(contributor__person=person)
    return [
        *by_kind,
        (NAMED, _("was thanked and mentioned"), named),
        (ADDED, _("added"), others.filter(contributor__person=person)),
    ]


def shown_parts(person: Person, part: str, place: dict[str, Any]) -> list[Part]:
    """Return the parts that have something on the page at `place`; only the one named `part`, unless that is empty."""
    parts = [
        Part(name, label, rows, card_page(rows, **place))
        for name, label, rows in parts_of(person)
        if not part or name == part
    ]
    return [found for found in parts if found.page.entries]


def events_of(person: Person) -> list[Event]:
    """Return the main events at which a person did something that is public, the newest first."""
    public = Contribution.objects.public()
    credited = public.filter(credits__person=person).order_by().values("main_event")
    added = public.filter(contributor__person=person).order_by().values("main_event")
    events = Event.objects.public().filter(Q(pk__in=credited) | Q(pk__in=added))
    return list(events.only("name", "slug", "starts_on", "city").order_by("-starts_on", "-pk")[:MOST_EVENTS])


@require_GET
def person_page(request: HttpRequest, handle: str, part: str = "") -> HttpResponse:
    """All that a person did, the newest of each part; or one part of it, page by page."""
    seen = people_visible_to(request.user)
    person = seen.filter(handle=handle).select_related("account").first()
    if person is None:
        return to_name_of_today(seen, handle, part)
    place: dict[str, Any] = PageForm.place(request.GET) if part else {"size": FIRST}
    paged = part and (place.get("before") or place.get("after"))
    shown = shown_parts(person, part, place)
    if part and not shown:
        raise Http404
    is_self = request.user.is_authenticated and request.user.person_id == person.pk
    context = {
        "person": person,
        "links": [(link, host_label(link)) for link in person.links],
        "parts": shown,
        "events": [] if part else events_of(person),
        "part": shown[0] if part else None,
        "can_be_claimed": not hasattr(person, "account"),
        "is_self": is_self,
        "shared": shared_person(person, request.path) if shown and not paged else None,
        "noindex": not shown,
        "mute": None
        if is_self
        else mute_state(request.user, f"person:{person.pk}", person.get_absolute_url()),
    }
    return render(request, "community/person.html", context)


def to_name_of_today(seen: QuerySet[Person], handle: str, part: str) -> HttpResponse:
    """Lead on to the page of whoever among `seen` was called so before."""
    # Whether somebody was ever called so is told to nobody who may not see their page.
    person = get_object_or_404(seen, pk=getattr(Person.objects.formerly(handle), "pk", None))
    names = filter(None, (person.handle, part))
    response = redirect(f"community:person{'_part' * bool(part)}", *names, permanent=True)
    # Not remembered by browsers: a name can be taken again, and a merge taken back.
    response["Cache-Control"] = "no-cache"
    return response
