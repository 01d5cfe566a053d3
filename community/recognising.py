"""What a text names: kinds recognise their own things in it (`Contribution.named_in`).

What is certain goes with the text from then on (`Relation.found`), until the text does not name it any more; of what is
likely its writer is asked (`Guess`). What a writer took away, or denied, is not found again.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from django.db import transaction
from django.urls import reverse

from links.fetching import NotFetched
from links.models import Host, Link
from links.prose import Prose

from .kinds import kinds
from .linked import leading_to
from .locking import hold
from .models import Contribution, Guess, Relation
from .named import Named
from .stream import load
from .tasks import look_again as look_again_job

# What names more than this is a programme, and no text about it.
MOST_NAMED = 60
MOST_ASKED = 12
# So many texts are looked through in one go, and so many of an event.
TEXTS_AT_ONCE = 25
# So many pages elsewhere are read again in one go, and for so many seconds: whoever waits for a letter waits behind it.
PAGES_AT_ONCE = 20
GO = 30.0
State = Contribution.State


def recognised(prose: Prose, main_event_id: int) -> list[Named]:
    """Return what of the event the text names; nothing where it names more than any text about an event does."""
    found = [one for kind in kinds() for one in kind.named_in(prose, main_event_id)]
    return found if sum(one.certain for one in found) <= MOST_NAMED else []


def prose_of(html: str) -> Prose:
    return Prose.of_html(html) if html else Prose()


def keep_named(item: Contribution, prose: Prose | None = None, *, only_more: bool = False) -> None:
    """Let what the text of `item` names for certain go with it, and ask about what is likely, inside the caller's
    transaction. `prose` is the text where it stands elsewhere; `only_more`: nothing is taken away.
    """
    if prose is None:
        if item.page_it_is():
            return  # known once the worker has read the page
        prose = prose_of(item.written())
    found = [one for one in recognised(prose, item.main_event_id) if one.pk != item.pk]
    certain = [one.pk for one in found if one.certain]
    denied = set(item.guesses_out.filter(denied=True).values_list("target", flat=True))
    if not only_more:
        item.relations_out.filter(found=True).exclude(target__in=[one.pk for one in found]).delete()
    Relation.objects.bulk_create(
        [Relation(source_id=item.pk, target_id=pk, found=True) for pk in certain if pk not in denied],
        ignore_conflicts=True,
    )
    if not only_more:
        ask_about(item, [one.pk for one in found if not one.certain])


def ask_about(item: Contribution, likely: Sequence[int]) -> None:
    """Ask about these, as far as they do not go with it already, and about nothing else any more."""
    known = set(item.relations_out.values_list("target", flat=True))
    asked = [pk for pk in likely if pk not in known][:MOST_ASKED]
    item.guesses_out.filter(denied=False).exclude(target__in=asked).delete()
    Guess.objects.bulk_create([Guess(source_id=item.pk, target_id=pk) for pk in asked], ignore_conflicts=True)


def keep_said(item: Contribution, said: Mapping[int, bool]) -> None:
    """Keep what the writer of `item` said: whether its text names these, by id. Inside the caller's transaction."""
    denied = [pk for pk, is_named in said.items() if not is_named]
    item.guesses_out.filter(target__in=set(said) - set(denied)).delete()
    item.relations_out.filter(target__in=denied).delete()
    known = set(item.relations_out.values_list("target", flat=True))
    Relation.objects.bulk_create(
        [
            Relation(source_id=item.pk, target_id=pk, found=True)
            for pk, is_named in said.items()
            if is_named and pk not in known and pk != item.pk
        ]
    )
    Guess.objects.bulk_create(
        [Guess(source_id=item.pk, target_id=pk, denied=True) for pk in denied],
        update_conflicts=True,
        unique_fields=["source", "target"],
        update_fields=["denied"],
    )


@transaction.atomic
def answer(item: Contribution, target_id: int, *, is_named: bool) -> None:
    """Say whether the text of `item` names a thing of which its writer is asked. Safe to run twice."""
    keep_said(Contribution.objects.select_for_update(no_key=True).get(pk=item.pk), {target_id: is_named})


# --- For forms and pages ----------------------------------------------------------------------------------------------


class Choice(NamedTuple):
    """One thing that a text may name, as a form offers it."""

    pk: int
    title: str
    url: str
    is_chosen: bool


def choices(ids: dict[int, bool]) -> list[Choice]:
    """Return what everybody may see of these (id: whether it is chosen), in their order. One query."""
    shown = Contribution.objects.public().in_bulk(list(ids))
    return [
        Choice(pk, str(shown[pk]), reverse(shown[pk].model.detail_route, args=[pk]), is_chosen)
        for pk, is_chosen in ids.items()
        if pk in shown
    ]


def choices_of(item: Contribution) -> list[Choice]:
    """Return what was found in the saved text of `item`, chosen, and what is asked about it, not chosen."""
    found = item.relations_out.filter(found=True).order_by("pk").values_list("target", flat=True)
    asked = item.guesses_out.filter(denied=False).order_by("pk").values_list("target", flat=True)
    return choices(dict.fromkeys(found, True) | dict.fromkeys(asked, False))


def choices_in(html: str, main_event_id: int, own: int | None) -> list[Choice]:
    """Return what a text names that is being written: what is certain is chosen. `own` is the id it has already."""
    found = [one for one in recognised(prose_of(html), main_event_id) if one.pk != own]
    likely = [one for one in found if not one.certain][:MOST_ASKED]
    return choices({one.pk: one.certain for one in [*(one for one in found if one.certain), *likely]})


# --- For the worker ---------------------------------------------------------------------------------------------------


def look_into_page(contribution_id: int) -> None:
    """Read the page elsewhere that is the text of this public contribution, and keep what it names. Takes seconds. Of
    the page itself nothing is kept but what a link's preview shows.
    """
    for item in load([contribution_id]):
        if item.is_public and (address := item.page_it_is()):
            prose = Link.objects.at(address).read()
            if prose is not None:
                keep_again([item.pk], prose, only_more=False)


def look_again(main_event_id: int, after: int) -> int:
    """Look through the texts at an event again, of which a thing that can be named is new or has another title: those
    behind the id `after`, TEXTS_AT_ONCE of them; return the last id, 0 at the end. Pages elsewhere are read again for
    that in their time, as nothing of them is kept.
    """
    rows = Contribution.objects.filter(
        main_event=main_event_id,
        kind__in=[kind.KIND for kind in kinds() if kind.names_others],
        state__in=[State.PUBLIC, State.WAITING],
        pk__gt=after,
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:TEXTS_AT_ONCE])
    for pk in ids:
        keep_again([pk])
    Link.objects.read_again(item.page_it_is() for item in load(ids) if item.is_public)
    return ids[-1] if len(ids) == TEXTS_AT_ONCE else 0


def look_at_texts(main_event_ids: Iterable[int]) -> None:
    """Have the texts at these events looked through by the worker, inside the caller's transaction: something there can
    be named from now on, or texts were brought in. An import says so again and again; while a look waits, it is one.
    """
    for event_id in sorted(set(main_event_ids)):
        look_again_job.enqueue_once(event_id)


def look_into_pages_again() -> int:
    """Read the pages elsewhere again whose time has come, as far as their hosts let us, each host once, and add what
    they name for certain; return how many were read.
    """
    until, count = time.monotonic() + GO, 0
    # In no order: a host with many pages must not stand before all others each time.
    for link in Link.objects.to_read_again().order_by("?")[:PAGES_AT_ONCE]:
        host, _made = Host.objects.get_or_create(name=link.host)
        if time.monotonic() < until and host.claim():
            prose = read_again(link, host)
            count += prose is not None
            texts = [item.pk for item in leading_to([link.key]).get(link.key, []) if item.page_it_is()]
            if prose is not None and texts:
                keep_again(texts, prose)
    return count


def read_again(link: Link, host: Host) -> Prose | None:
    """Return what stands at `link` now; None where its site does not let programs in, or does not answer."""
    try:
        if not host.allows(link.url, urljoin(link.url, "/robots.txt")):
            link.read_no_more()
            return None
    except NotFetched:
        host.rest()
        return None
    prose = link.read()
    if prose is not None:
        host.answered()
    return prose


@transaction.atomic
def keep_again(ids: Iterable[int], prose: Prose | None = None, *, only_more: bool = True) -> None:
    """Keep what these texts name, or (`only_more`) add what is certain, as nobody is there to be asked. `prose` is the
    text where it stands elsewhere.
    """
    for item in load(hold(Contribution.objects.filter(pk__in=list(ids)))):
        keep_named(item, prose, only_more=only_more)
