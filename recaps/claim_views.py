"""“I wrote this text”, for the author of what a recap leads to."""

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
from people.views import MemberRequest

from .claim_forms import TextClaimForm
from .models import Recap, TextClaim


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: MemberRequest, pk: int) -> HttpResponse:
    """Say that one wrote what this recap leads to, and what one wants."""
    recap = get_object_or_404(Recap.objects.public().elsewhere().select_related("event"), pk=pk)
    opened = TextClaim.objects.filter(recap=recap, user=request.user, state=TextClaim.State.OPEN).first()
    data = request.POST if request.method == "POST" else None
    form = TextClaimForm(data, user=request.user, opened=opened)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if rates.hit("claims", str(request.user.pk), per=rates.DAY) <= settings.CLAIMS_PER_DAY:
            return answer(request, form.ask(recap))
        form.add_error(None, _("That was a lot for one day. Try again tomorrow."))
        status = 429
    person = request.user.person
    context = {"item": recap, "form": form, "claim": opened, "handle": person.handle}
    context["own_page"] = settings.SITE_URL + person.get_absolute_url()
    return render(request, "recaps/claim.html", context, status=status)


def answer(request: HttpRequest, claim: TextClaim) -> HttpResponse:
    """Say what happens next with a claim, and go on."""
    if claim.state == TextClaim.State.GRANTED:
        return done(request, claim)
    if claim.way == TextClaim.Way.MODERATOR:
        messages.success(request, _("Thank you! A moderator will look at it, and we will write to you then."))
    else:
        messages.success(request, _("We are looking at the page. Reload this one in a minute."))
    return redirect("recaps:claim", claim.recap_id)


def done(request: HttpRequest, claim: TextClaim) -> HttpResponse:
    """Say what has become of a text whose claim is granted, and go on."""
    if claim.wish == TextClaim.Wish.OPT_OUT:
        messages.success(request, _("It is off this site, and cannot be added again."))
        return redirect("community:event", claim.recap.event.slug)
    messages.success(request, _("You are named as its author now, and can edit what is here."))
    return redirect(claim.recap)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim_proof(request: MemberRequest, token: str) -> HttpResponse:
    """Show that one reads the author's mail. Asks first, as mail scanners open every link that they see."""
    claim = TextClaim.objects.by_token(token, request.user)
    if claim is None:
        return render(request, "recaps/claim_over.html", status=410)
    if request.method != "POST":
        return render(request, "recaps/claim_proof.html", {"claim": claim})
    try:
        claim.grant(by=None)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
        return redirect(claim.recap)
    return done(request, claim)


@login_required
@require_POST
def claim_withdrawal(request: MemberRequest, pk: int) -> HttpResponse:
    """Take one's own claim back."""
    open_ones = TextClaim.objects.filter(user=request.user, state=TextClaim.State.OPEN)
    claim = get_object_or_404(open_ones.select_related("recap"), pk=pk)
    claim.withdraw()
    messages.success(request, _("You have taken that back."))
    return redirect(claim.recap)
