"""“I wrote this text”: the author of a linked text wants to be credited for it, or does not want it here at all."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.locking import hold_below
from people.decisions import StateConflict
from people.notifications import tell_member, write_to

from .recap import Recap

SALT = "recaps.text_claim"
LINK_AGE = 24 * 3600


class TextClaimQuerySet(models.QuerySet["TextClaim"]):
    def waiting(self) -> "TextClaimQuerySet":
        """What a moderator has to look at."""
        return self.filter(state=TextClaim.State.OPEN, way=TextClaim.Way.MODERATOR)

    def by_token(self, token: str, user: Any) -> "TextClaim | None":
        """Return the open claim of `user` for which this token was sent; None where it is forged, too old, or used."""
        try:
            pk, asked = signing.loads(token, salt=SALT, max_age=LINK_AGE)
        except signing.BadSignature:
            return None
        claim = (
            self.filter(pk=pk, user=user, state=TextClaim.State.OPEN, way=TextClaim.Way.EMAIL)
            .filter(recap__in=Recap.objects.public().elsewhere())
            .select_related("recap__event", "user__person")
            .first()
        )
        return claim if claim and constant_time_compare(claim._asked(), asked) else None

    def crediting(self, user: Any) -> "TextClaimQuerySet":
        """By which `user` has shown that they wrote what a recap leads to, and wants to be named there."""
        return self.filter(user=user, state=TextClaim.State.GRANTED, wish=TextClaim.Wish.CREDIT)


class TextClaim(models.Model):
    """A member says that they wrote what a recap leads to. Proven by what stands on that
    page, by a link sent to the address that stands there, or to a moderator."""

    # What was asked about one link is no claim to another.
    stays_when_merged = True

    class Wish(models.TextChoices):
        CREDIT = "credit", _("Name me as its author, and let me edit what is here")
        OPT_OUT = "opt-out", _("Take it off this site for good")

    class Way(models.TextChoices):
        PAGE = "page", _("By the page itself: it names my page here")
        EMAIL = "email", _("By e-mail, to the author’s address that the page names")
        MODERATOR = "moderator", _("Let a moderator decide")

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")

    recap = models.ForeignKey("recaps.Recap", models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="text_claims")
    wish = models.CharField(_("what is wanted"), max_length=10, choices=Wish)
    way = models.CharField(_("proven"), max_length=10, choices=Way)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    # Of an opt-out that a moderator decides: whether all of the site is meant.
    whole_site = models.BooleanField(_("all of this site"), default=False)
    # To whom a link was sent, as it may be shown: “a…@example.org”. The address itself is not kept.
    sent_to = models.CharField(max_length=260, blank=True, editable=False)
    # What was found wrong on the page, in words for the member; and how a moderator could be sure.
    problem = models.CharField(max_length=300, blank=True)
    note = models.TextField(_("how we can be sure"), blank=True, max_length=1000)
    claimed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = TextClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim to a text")
        verbose_name_plural = _("claims to texts")
        ordering = ["claimed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recap", "user"],
                condition=Q(state="open"),
                name="text_claim_once",
                violation_error_message=_("You have already asked about this text."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.recap}"

    @classmethod
    def ask(cls, recap: Recap, user: Any, **said: Any) -> "TextClaim":
        """Claim what `recap` leads to for `user`, or say otherwise what an open claim wants (`wish`, `way`,
        `whole_site`, `note`). A moderator's own wish that a text goes is granted at once.
        """
        said |= {"problem": "", "sent_to": "", "claimed_at": timezone.now()}
        with transaction.atomic():
            claim, _is_new = cls.objects.update_or_create(
                recap=recap, user=user, state=cls.State.OPEN, defaults=said
            )
            if claim.wish == cls.Wish.OPT_OUT and user.is_moderator:
                claim.grant(by=user)
            elif claim.way != cls.Way.MODERATOR:
                from ..tasks import check_text_claim

                check_text_claim.enqueue(claim.pk)
        return claim

    # --- By e-mail ------------------------------------------------------------------------------------------------

    @property
    def token(self) -> str:
        """What the link in the e-mail is made of; good for LINK_AGE seconds, and for nothing but what was asked."""
        return signing.dumps([self.pk, self._asked()], salt=SALT)

    def _asked(self) -> str:
        # The recap may lead elsewhere by now, or the member want something else: the e-mail said neither.
        said = f"{self.wish}\n{self.recap.url_key}\n{self.claimed_at.timestamp()}"
        return salted_hmac(SALT, said, algorithm="sha256").hexdigest()[:20]

    @transaction.atomic
    def write(self, address: str) -> None:
        """Send the link that proves the claim to `address`, which the page names; grant it where the member has shown
        already that they have that address. Safe to run twice, but for a second e-mail.
        """
        known = EmailAddress.objects.filter(user=self.user, verified=True, email__iexact=address)
        if known.exists():
            self.grant(by=None)
            return
        link = settings.SITE_URL + reverse("recaps:claim_proof", args=[self.token])
        write_to(address, "text_claim_link", {"claim": self, "link": link}, language="")
        name, _at, host = address.rpartition("@")
        waiting = type(self).objects.filter(pk=self.pk, state=self.State.OPEN)
        waiting.update(problem="", sent_to=f"{name[0]}…@{host}")

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    @transaction.atomic
    def grant(self, *, by: Any) -> None:
        """Do what is wanted. `by`: the moderator who decides, or None where the page does. Raises StateConflict."""
        from ..claiming import credit, opt_out

        self._decide(self.State.GRANTED, by)
        if self.wish == self.Wish.CREDIT:
            credit(self)
        else:
            opt_out(self)

    def publish(self, *, by: Any, note: str = "") -> None:
        """Grant it as a moderator, and tell the member."""
        with transaction.atomic():
            self.grant(by=by)
            self._tell(note)

    @transaction.atomic
    def refuse(self, *, by: Any, note: str = "") -> None:
        """Turn it down; the member is told `note`."""
        self._decide(self.State.REFUSED, by)
        self._tell(note)

    def withdraw(self) -> None:
        """Take one's own claim back."""
        self._decide(self.State.WITHDRAWN, None)

    def fail(self, problem: str) -> None:
        """Say in words why the page did not prove it; it can be tried again."""
        type(self).objects.filter(pk=self.pk, state=self.State.OPEN).update(problem=problem[:300])

    def _decide(self, to: str, by: Any) -> None:
        with transaction.atomic():
            current = hold_below(type(self).objects.filter(pk=self.pk), "recap")
            if current.state != self.State.OPEN:
                raise StateConflict(
                    gettext("This has already been decided: %(state)s.")
                    % {"state": current.get_state_display()}
                )
            self.state, self.decided_at, self.decided_by = to, timezone.now(), by
            self.save(update_fields=["state", "decided_at", "decided_by"])

    def _tell(self, note: str) -> None:
        granted = self.state == self.State.GRANTED
        shows = granted and self.wish == self.Wish.CREDIT
        url = self.recap.get_absolute_url() if shows else reverse("community:mine")
        tell_member(self.user, "text_claim_decided", {"claim": self, "note": note}, url=url)
