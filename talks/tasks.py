"""What the worker does for talks."""

from datetime import timedelta

from django.utils.translation import gettext as _

from jobs.job import job, periodic


def give_up(import_id: int) -> None:
    """Say on the import's page that nothing came of it."""
    from .models import ScheduleImport

    row = ScheduleImport.objects.select_related("event").filter(pk=import_id).first()
    if row and row.is_on_its_way:
        row.fail(_("Something went wrong on our side three times. Nothing was changed; the log says more."))


@job(given_up=give_up, timeout=timedelta(minutes=2))
def fetch_schedule(import_id: int) -> None:
    """Fetch a schedule from its address and look into it. Safe to run twice."""
    from .models import ScheduleImport

    row = ScheduleImport.objects.select_related("event__parent", "by").filter(pk=import_id).first()
    if row:
        row.fetch()


@job(given_up=give_up, timeout=timedelta(minutes=5))
def bring_in_schedule(import_id: int) -> None:
    """Bring a schedule in, all or nothing. Safe to run twice."""
    from .models import ScheduleImport

    row = ScheduleImport.objects.select_related("event__parent", "by").filter(pk=import_id).first()
    if row:
        row.carry_out()


def give_up_list(list_id: int) -> None:
    """Say on the list's page that nothing came of it."""
    from .models import VideoList

    row = VideoList.objects.filter(pk=list_id).first()
    if row and row.is_on_its_way:
        row.give_up()


@job(given_up=give_up_list, timeout=timedelta(minutes=2))
def fetch_videos(list_id: int) -> None:
    """Fetch a list of videos from its address. Safe to run twice."""
    from .models import VideoList

    row = VideoList.objects.filter(pk=list_id).first()
    if row:
        row.fetch()


@periodic(every=timedelta(days=1))
@job()
def forget_abandoned_imports() -> None:
    """Delete the schedules and lists of videos that nobody said yes to: they hold whole files. Safe to run twice."""
    from .models import ScheduleImport, VideoList

    ScheduleImport.objects.abandoned().delete()
    VideoList.objects.abandoned().delete()


@periodic(every=timedelta(hours=1))
@job()
def count_letters_of_titles() -> None:
    """Count how common the letters of titles are, so that suggestions stay quick, and take up what was there before
    there was an index. Safe to run twice.
    """
    from .suggesting import count_grams, lacks_titles, mend_titles

    if lacks_titles():
        mend_titles()
    else:
        count_grams()


@job()
def tell_of_video(resource_id: int) -> None:
    """Tell those who recommend a talk, in public or for themselves, that its video is there. All at once or not at all,
    so that nobody is told twice where this runs twice.
    """
    from .bringing import tell_who_loved

    tell_who_loved(resource_id)


@job()
def tell_of_videos(talk_ids: list[int], user_id: int | None) -> None:
    """Tell the same of many talks, whose videos a member has given from a list."""
    from .bringing import tell_who_loved_any

    tell_who_loved_any(talk_ids, user_id)
