"""What the worker does for recaps."""

from jobs.job import job


@job(queue="outside", attempts=2)
def check_text_claim(claim_id: int) -> None:
    """Look whether the page that a claim is about names the member. Safe to run twice."""
    from .claiming import check_page
    from .models import TextClaim

    claim = TextClaim.objects.filter(pk=claim_id, state=TextClaim.State.OPEN, way=TextClaim.Way.PAGE).first()
    if claim:
        check_page(claim)
