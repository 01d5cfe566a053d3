"""What the worker does for topics of forums."""

from datetime import timedelta

from django.utils.translation import gettext as _

from jobs.job import job, periodic


def give_up(import_id: int) -> None:
    """Say on the import's page that nothing came of it."""
    from .models import TopicImport

    row = TopicImport.objects.select_related("event").filter(pk=import_id).first()
    if row and row.is_on_its_way:
        row.fail(_("Something went wrong on our side three times. Nothing was changed; the log says more."))


@job(queue="outside", given_up=give_up, timeout=timedelta(minutes=20))
def fetch_topic(import_id: int) -> None:
    """Fetch a topic from its address and look into it. Safe to run twice."""
    from .models import TopicImport

    row = TopicImport.objects.select_related("event__parent", "by").filter(pk=import_id).first()
    if row:
        row.fetch()


@job(given_up=give_up, timeout=timedelta(minutes=5))
def bring_in_topic(import_id: int) -> None:
    """Bring a topic in, all or nothing. Safe to run twice."""
    from .models import TopicImport

    row = TopicImport.objects.select_related("event__parent", "by").filter(pk=import_id).first()
    if row:
        row.carry_out()


def no_picture(part_id: int) -> None:
    from .models import ImportedPart

    part = ImportedPart.objects.filter(pk=part_id).first()
    if part and part.address:
        part.give_up(_("Something went wrong on our side three times; the log says more."))


@job(queue="outside", given_up=no_picture, timeout=timedelta(minutes=3))
def bring_picture(part_id: int) -> None:
    """Fetch a picture of a post and make a photo of it. Safe to run twice."""
    from .models import ImportedPart
    from .pictures import bring

    part = ImportedPart.objects.select_related("event", "brought_by__by").filter(pk=part_id).first()
    if part:
        bring(part)


@periodic(every=timedelta(days=1))
@job()
def forget_abandoned_topics() -> None:
    """Delete the topics that nobody said yes to: they hold whole files. Safe to run twice."""
    from .models import TopicImport

    TopicImport.objects.abandoned().delete()
