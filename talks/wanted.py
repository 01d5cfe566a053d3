"""What may be missing of talks: their videos, slides that are still there, and a link to their speakers."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import ngettext

from community.missing import Wanted
from community.models import Credit
from events.models import Event
from links.models import Link
from people.models import Person


def without_video(event: Event) -> Any:
    """Return the talks whose video is asked for, those first that most people recommend."""
    from .models import Talk

    return Talk.objects.wanting_video().at(event).order_by("-score", "-pk").for_cards()


def without_link(event: Event) -> Any:
    """Return the speakers who have neither an account, where they would say it themselves, nor a link."""
    from .models import Talk

    spoke = Credit.objects.filter(person=OuterRef("pk"), contribution__in=Talk.objects.public().at(event))
    return Person.objects.filter(Exists(spoke), account=None, links=[], merged_into=None).order_by(
        "name", "pk"
    )


def with_gone_links(event: Event) -> Any:
    """Return the talks of which slides, code or the like are gone, with nothing of that sort that is still there; each
    with these as `lost`.
    """
    from .models import Resource, Talk

    shown = Resource.objects.shown()
    gone = Link.objects.gone().order_by().values("key")
    there = shown.filter(talk=OuterRef("talk"), kind=OuterRef("kind")).exclude(url_key__in=gone)
    lost = shown.filter(~Exists(there), url_key__in=gone)
    talks = Talk.objects.public().at(event).filter(Exists(lost.filter(talk=OuterRef("pk"))))
    return talks.order_by("-score", "-pk").prefetch_related(Prefetch("resources", lost, to_attr="lost"))


def only_who_looks_after(_user: Any, looks_after: bool) -> bool:
    return looks_after


VIDEO = Wanted(
    name="video",
    words=lambda n: ngettext("%(n)s talk wants its video", "%(n)s talks want their video", n) % {"n": n},
    rows=without_video,
    template="talks/_job_video.html",
)
GONE = Wanted(
    name="gone-links",
    words=lambda n: (
        ngettext("%(n)s talk has a link that leads nowhere", "%(n)s talks have a link that leads nowhere", n)
        % {"n": n}
    ),
    rows=with_gone_links,
    template="talks/_job_gone.html",
)
LINKS = Wanted(
    name="links",
    words=lambda n: ngettext("%(n)s speaker wants a link", "%(n)s speakers want a link", n) % {"n": n},
    rows=without_link,
    template="community/_job_person_link.html",
    for_all=False,
    may=only_who_looks_after,
)
