"""What the worker does for contributions."""

from datetime import timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from jobs.job import job, periodic

CHUNK = 200


@job()
def draw_cards(contribution_ids: list[int]) -> None:
    """Draw and store the cards of these contributions, of which something changed, and have those told who keep numbers
    of them (CONTRIBUTIONS_CHANGED). Safe to run twice.
    """
    from .cards import store_cards

    store_cards(contribution_ids)
    for name in settings.CONTRIBUTIONS_CHANGED:
        import_string(name)(contribution_ids)


@job()
def index_again(contribution_ids: list[int]) -> None:
    """Tell search what these contributions say now: somebody whom they credit has another name. Safe to run twice."""
    from .search import update_index

    update_index(contribution_ids)


@job()
def settle_mentions(after: int = 0) -> None:
    """Let mentions by a handle that somebody gave up say the one of today, in all texts, a chunk at a time, and then in
    all versions. Safe to run twice: it looks for nobody in particular, so no old name stands in a job.
    """
    from .mentions import settle_texts

    last = settle_texts(after, CHUNK)
    if last:
        settle_mentions.enqueue(last)
    else:
        settle_versions.enqueue()


@job()
def settle_versions(after: int = 0) -> None:
    """The same for the saved versions, and then for what we told people. Safe to run twice."""
    from .mentions import settle_saved_versions

    last = settle_saved_versions(after, CHUNK)
    if last:
        settle_versions.enqueue(last)
    else:
        settle_told.enqueue()


@job()
def settle_told(after: int = 0) -> None:
    """The same for notifications, which quote what people wrote. Safe to run twice."""
    from .mentions import settle_notifications

    if last := settle_notifications(after, CHUNK):
        settle_told.enqueue(last)


@job()
def redraw_tagged(tag_id: int, after: int = 0) -> None:
    """Draw the cards that show a tag, and tell search of the word, a chunk at a time. Safe to run twice."""
    from .cards import store_cards
    from .models import TaggedContribution
    from .search import update_index

    rows = TaggedContribution.objects.filter(tag=tag_id, public=True, content_object__gt=after)
    ids = list(rows.order_by("content_object").values_list("content_object", flat=True)[:CHUNK])
    update_index(ids)
    store_cards(ids)
    if len(ids) == CHUNK:
        redraw_tagged.enqueue(tag_id, ids[-1])


@job()
def look_after_links(contribution_ids: list[int]) -> None:
    """Have the pages read and looked after that these items lead to, if they are public. Safe to run twice."""
    from .linked import look_after

    look_after(contribution_ids)


@job(queue="outside", attempts=1, timeout=timedelta(minutes=2))
def look_into_page(contribution_id: int) -> None:
    """Read the page elsewhere that is the text of a contribution, and keep what it names. Safe to run twice."""
    from .recognising import look_into_page as look

    look(contribution_id)


@job()
def look_again(main_event_id: int, after: int = 0) -> None:
    """Look through the texts at an event for what can be named since lately, a few at a time. Safe to run twice."""
    from .recognising import look_again as look

    if last := look(main_event_id, after):
        look_again.enqueue(main_event_id, last)


@periodic(every=timedelta(minutes=5))
@job(queue="outside", attempts=1, timeout=timedelta(minutes=5))
def look_into_pages_again() -> int:
    """Read pages elsewhere again, at whose events something can be named since. Safe to run twice."""
    from .recognising import look_into_pages_again as look

    return look()


@job()
def replace_addresses(replacement_id: int) -> None:
    """Replace the addresses that a moderator asked to have replaced. Safe to run twice: what is replaced no longer
    begins as it did, since forms refuse a new beginning that begins with the old one.
    """
    from links.models import Replacement

    from .linked import MOVED_IN_ONE_GO, Move, move_some

    replacement = Replacement.objects.select_related("by").filter(pk=replacement_id, by__isnull=False).first()
    if replacement:
        ids = Move(replacement.old, replacement.new).ids()
        # A few at a time: others want to write, too.
        for start in range(0, len(ids), MOVED_IN_ONE_GO):
            move_some(replacement, ids[start : start + MOVED_IN_ONE_GO])


@periodic(every=timedelta(hours=1))
@job()
def find_digests() -> None:
    """Have the digests told that are due. Safe to run twice: each member has one turn in a round."""
    from .digests import due_now

    for event, step in due_now():
        tell_digests.enqueue(event.pk, step)


@job()
def tell_digests(event_id: int, step: int) -> None:
    """Tell some of an event's members what is new, and then the others. Safe to run twice."""
    from events.models import Event

    from .digests import tell_some

    event = Event.objects.public().filter(pk=event_id).first()
    if event and tell_some(event, step, CHUNK):
        tell_digests.enqueue(event_id, step)


@periodic(every=timedelta(hours=1))
@job()
def keep_missing_covers() -> None:
    """Keep the covers of events of which it is not known, a chunk an hour. Safe to run twice."""
    from .holdings import keep_covers, without_cover

    keep_covers(without_cover(CHUNK))


@periodic(every=timedelta(days=1))
@job()
def find_links() -> None:
    """Have looked after what imports brought in past the verbs, a chunk of each kind a day. Safe to run twice."""
    from .kinds import kinds
    from .linked import look_after

    for kind in kinds():
        look_after(list(kind.not_looked_after().order_by("pk").values_list("pk", flat=True)[:CHUNK]))


@job()
def count_missing_at(event_id: int) -> None:
    """Count what is missing at an event. Safe to run twice."""
    from .missing import recount_at

    recount_at([event_id])


@periodic(every=timedelta(hours=1))
@job()
def count_missing(after: int = 0) -> None:
    """Count what is missing at all public events, a chunk at a time: a person may have a link since, a video be gone.
    Safe to run twice.
    """
    from events.models import Event

    from .missing import recount_at

    rows = Event.objects.public().filter(pk__gt=after)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    recount_at(ids)
    if len(ids) == CHUNK:
        count_missing.enqueue(ids[-1])


@periodic(every=timedelta(hours=1))
@job()
def draw_missing_cards(before: int | None = None) -> None:
    """Draw what has no card of today's look, newest first, a chunk at a time: after a release all of it.

    Pages draw what is missing by themselves; this gives them back their speed. Safe to run twice.
    """
    from .cards import store_cards
    from .models import Contribution

    rows = Contribution.objects.without_card()
    ids = list(
        (rows.filter(pk__lt=before) if before else rows).order_by("-pk").values_list("pk", flat=True)[:CHUNK]
    )
    store_cards(ids)
    if len(ids) == CHUNK:
        draw_missing_cards.enqueue(ids[-1])
