"""Proving that one wrote a linked text, and what follows: a credit, or that the text is listed here no more."""

from collections.abc import Callable

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.models import TaggedContribution
from links import elements
from links.canonical import parse
from links.fetching import Answer, NotFetched, fetch
from links.microformats import addresses, author_email
from links.models import OptOut
from people import rates
from people.claiming import page_of
from people.decisions import Reason, StateConflict
from people.models import Person, User
from people.models.person import fold

from .models import Recap, TextClaim

MOST_BYTES = 1_000_000
# The name of the meta element in which a page says whose it is: content="@handle".
META = "hallway-author"


def check_page(claim: TextClaim) -> None:
    """Grant the claim where the page names its author, or write to the address there, as the member chose; else say on
    it in words, in their language, what was found.
    """
    with override(claim.user.language or settings.LANGUAGE_CODE):
        try:
            problem = WAYS[claim.way](claim)
        except (NotFetched, StateConflict) as error:
            problem = str(error)
        if problem:
            claim.fail(problem)


def by_the_page(claim: TextClaim) -> str:
    """Grant the claim where the page names the member; return what is wrong, in words. Raises NotFetched."""
    answer = ask(claim)
    if not answer.is_ok:
        return _("The site answered %(status)s.") % {"status": answer.status}
    if not names(answer.text, answer.url, claim.user.person):
        return _("That page does not name your page here yet.")
    claim.grant(by=None)
    return ""


def by_email(claim: TextClaim) -> str:
    """Write to the address that the page names as its author's; return what is wrong, in words. Raises NotFetched."""
    answer = ask(claim)
    if not answer.is_ok:
        return _("The site answered %(status)s.") % {"status": answer.status}
    address = author_email(answer.text)
    if not address:
        return _("That page does not say which e-mail address is its author’s.")
    if rates.hit("text claim mails", address.lower(), per=rates.DAY) > settings.CLAIM_MAILS_PER_DAY:
        return _("We have sent several e-mails to that address today. Try again tomorrow.")
    claim.write(address)
    return ""


def ask(claim: TextClaim) -> Answer:
    return fetch(claim.recap.url, accept="text/html", most_bytes=MOST_BYTES, cut=True)


# By what a claim is proven without a moderator: each returns what is wrong, in words.
WAYS: dict[str, Callable[[TextClaim], str]] = {TextClaim.Way.PAGE: by_the_page, TextClaim.Way.EMAIL: by_email}


def names(markup: str, url: str, person: Person) -> bool:
    """Whether a page says that `person` wrote it: by a meta element, by rel="me", or in its head by rel="author"."""
    page = elements.read(markup)
    for one in page.elements:
        if one.name == "meta" and one.get("name").lower() == META:
            if one.get("content").strip().removeprefix("@").lower() == person.handle.lower():
                return True
    own = page_of(settings.SITE_URL + person.get_absolute_url())
    for one, address in addresses(page, url):
        said = set(one.get("rel").lower().split())
        # Somebody who comments may link, too; the head of a page is its author's.
        if "me" in said or (one.name == "link" and "author" in said):
            try:
                if page_of(address) == own:
                    return True
            except ValueError:
                continue
    return False


def credit(claim: TextClaim) -> None:
    """Name the member as the author of what the recap leads to, as a version by them, in the caller's transaction."""
    recap = Recap.objects.select_related("event").get(pk=claim.recap_id)
    people = others_credited(recap, claim.user)
    if recap.contributor_id != claim.user_id:
        recap.role = Recap.Role.FOUND
    words = TaggedContribution.objects.filter(content_object_id=recap.pk).order_by("pk")
    recap.edit(
        by=claim.user,
        tags=list(words.values_list("tag__name", flat=True)),
        credit=[claim.user.person, *people],
    )


def others_credited(recap: Recap, user: User) -> list[Person]:
    """Return who is credited beside the author: not who only said so, nor the name that stood for the author."""
    people = [one.person for one in recap.credits.select_related("person__account").order_by("position")]
    if recap.role == Recap.Role.WROTE and recap.contributor and recap.contributor_id != user.pk:
        people = [person for person in people if person.pk != recap.contributor.person_id]
    nameless = [person for person in people if not hasattr(person, "account")]
    stood_for = [one for one in nameless if len(nameless) == 1 or fold(one.name) == fold(user.person.name)]
    return [person for person in people if person not in stood_for]


def opt_out(claim: TextClaim) -> None:
    """Take what leads to this text, or to its whole site, out of sight for good, inside the caller's transaction."""
    recap = Recap.objects.get(pk=claim.recap_id)
    if claim.whole_site:
        host = parse(recap.url).host.lower().removeprefix("www.")
        OptOut.objects.standing().get_or_create(host=host, key="")
        start = f"https://{host}"
        meant = Q(url_key=start) | Q(url_key__startswith=f"{start}/") | Q(url_key__startswith=f"{start}?")
    else:
        OptOut.objects.standing().get_or_create(key=recap.url_key, host="")
        meant = Q(url_key=recap.url_key)
    # A text that stands here itself is its writer's, wherever else it stands.
    for one in Recap.objects.filter(meant, body="").exclude(state__in=OUT_OF_SIGHT).order_by("pk"):
        if one.state == Recap.State.PUBLIC:
            one.take_down()
        else:
            one.remove(by=None, reason=Reason.PRIVACY)


OUT_OF_SIGHT = [Recap.State.HIDDEN, Recap.State.WITHDRAWN, Recap.State.ERASED, Recap.State.MERGED]
