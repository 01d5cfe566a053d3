"""What the worker does for talks."""

from datetime import timedelta

from jobs.job import job, periodic


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
