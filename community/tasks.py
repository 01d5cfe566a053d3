"""What the worker does for contributions."""

from jobs.job import job


@job()
def draw_cards(contribution_ids: list[int]) -> None:
    """Draw and store the cards of these contributions. Safe to run twice."""
    from .cards import store_cards

    store_cards(contribution_ids)
