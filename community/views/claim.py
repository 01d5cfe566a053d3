"""“This is me”: a member claims the page of a person without account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from people import rates
from people.decisions import StateConflict
from people.forms import ClaimForm
from people.models import Claim
from people.views import MemberRequest

from .person import people_visible_to


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: MemberRequest, handle: str) -> HttpResponse:
    """Say that this page is mine, and how that can be shown."""
    person = get_object_or_404(people_visible_to(request.user).filter(account=None), handle=handle)
    open_claim = Claim.objects.filter(person=person, user=request.user, state=Claim.State.OPEN).first()
    form = ClaimForm(request.POST if request.method == "POST" else None, person=person)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if rates.hit("claims", str(request.user.pk), per=rates.DAY) <= settings.CLAIMS_PER_DAY:
            return answer(request, form.ask(person, request.user))
        form.add_error(None, _("That was a lot for one day. Try again tomorrow."))
        status = 429
    context = {"person": person, "form": form, "claim": open_claim, "own_page": own_page(request)}
    return render(request, "community/claim.html", context, status=status)


def own_page(request: HttpRequest) -> str:
    """Return the address of the member's own page, to which a site of theirs has to link."""
    return settings.SITE_URL + request.user.person.get_absolute_url()  # type: ignore[union-attr]


def answer(request: MemberRequest, claim: Claim) -> HttpResponse:
    """Say what happens next with a claim, and go on."""
    if claim.state == Claim.State.GRANTED:
        return welcome(request)
    said = {
        Claim.Way.EMAIL: _(
            "If we have an address for this person, a link is on its way there. It works for three days."
        ),
        Claim.Way.SITE: _("We are looking at your site. Reload this page in a minute."),
        Claim.Way.MODERATOR: _("Thank you! A moderator will look at it, and we will write to you then."),
    }
    messages.success(request, said[Claim.Way(claim.way)])
    return redirect("community:claim", claim.person.handle)


def welcome(request: MemberRequest) -> HttpResponse:
    """Say that the page is the member's now, and where to go on."""
    messages.success(request, _("This page is yours now. Edit your name, your text and your links here."))
    return redirect("people:settings")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim_link(request: MemberRequest, token: str) -> HttpResponse:
    """Show that one reads the mail of the person. Asks first, as mail scanners open every link that they see."""
    claim = Claim.objects.by_token(token).filter(user=request.user).select_related("person").first()
    if claim is None:
        return render(request, "community/claim_over.html", status=410)
    if request.method == "GET":
        return render(request, "community/claim_link.html", {"claim": claim, "person": claim.person})
    try:
        claim.grant(by=None)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
        return redirect("community:home")
    return welcome(request)


@login_required
@require_POST
def claim_withdrawal(request: MemberRequest, pk: int) -> HttpResponse:
    """Take one's own claim back."""
    claim = get_object_or_404(Claim.objects.filter(user=request.user, state=Claim.State.OPEN), pk=pk)
    claim.withdraw()
    messages.success(request, _("You have taken that back."))
    return redirect(claim.person)
