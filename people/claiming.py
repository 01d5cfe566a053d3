"""Proving a claim by a site: the page at an address that the person lists links to the member's page with rel="me".

As IndieWeb does, and Mastodon: https://microformats.org/wiki/rel-me. Asked in the worker, by links.fetching.
"""

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from links import elements
from links.fetching import NotFetched, fetch

from .decisions import StateConflict
from .models import Claim, FormerName, Person, PersonMerge
from .models.identity import digest_of_handle
from .models.merge import UNDO_FOR

MOST_BYTES = 2_000_000
MOST_LINKS = 2_000


def check_site(claim: Claim) -> None:
    """Grant the claim where its site leads back; else say on it in words, in the member's language, what was found."""
    with override(claim.user.language or settings.LANGUAGE_CODE):
        try:
            problem = problem_at(claim)
        except NotFetched as error:
            problem = str(error)
        if not problem:
            try:
                claim.grant(by=None)
            except StateConflict as conflict:
                problem = str(conflict)
        if problem:
            claim.fail(problem)


def problem_at(claim: Claim) -> str:
    """Return what is wrong at the claim's site, in words; nothing where it leads back. Raises NotFetched."""
    # What was listed may have been changed since.
    if claim.url not in claim.person.links:
        return _("This address is no longer on the page.")
    answer = fetch(claim.url, accept="text/html", most_bytes=MOST_BYTES, cut=True)
    if not answer.is_ok:
        return _("The site answered %(status)s.") % {"status": answer.status}
    if page_of(settings.SITE_URL + claim.user.person.get_absolute_url()) not in ways_to_me(
        answer.text, answer.url
    ):
        return _("The page there has no link with rel=“me” to your page here.")
    return ""


def ways_to_me(html: str, base: str) -> set[tuple[str, str]]:
    """Return the pages that a page says are the same person's."""
    found = set()
    # Without a tree: what a stranger's page makes of one can take minutes (docs/decisions/0021).
    ways = [one for one in elements.read(html).elements if one.name in ("a", "link") and one.get("href")]
    for one in ways[:MOST_LINKS]:
        if "me" in one.get("rel").lower().split():
            try:
                found.add(page_of(urljoin(base, one.get("href").strip())))
            except ValueError:  # also what is no address at all
                continue
    return found


def page_of(url: str) -> tuple[str, str]:
    """Return host and path of an address, by which two of them are one page of ours."""
    parts = urlsplit(url)
    return (parts.netloc.lower(), parts.path.rstrip("/").lower())


@transaction.atomic
def forget_merged() -> None:
    """Let the rows of people who became part of others only lead there, without a name, once that stays so.

    The row itself stays: old versions name people by id.
    """
    past = timezone.now() - UNDO_FOR
    merges = PersonMerge.objects.filter(undone_at=None, merged_at__lt=past).exclude(
        source__handle__startswith="~"
    )
    for merge in merges.select_related("source__merged_into"):
        person = merge.source
        if person.merged_into_id:
            FormerName.objects.keep(digest_of_handle(person.handle), person.merged_into)
            Person.objects.filter(pk=person.pk).update(
                name=person.now.name,
                folded_name="",
                handle=f"~{person.pk}",
                bio="",
                links=[],
                contact_email="",
            )
