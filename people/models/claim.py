"""“This is me”: a member's claim to the page of a person without account."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..decisions import StateConflict

SALT = "people.claim"
LINK_AGE = 3 * 24 * 3600


class ClaimQuerySet(models.QuerySet["Claim"]):
    def waiting(self) -> "ClaimQuerySet":
        """What a moderator has to look at."""
        return self.filter(state=Claim.State.OPEN, way=Claim.Way.MODERATOR)

    def by_token(self, token: str) -> "ClaimQuerySet":
        """Return the open claim that this token was made for; none when it is forged, too old, or used."""
        try:
            pk = signing.loads(token, salt=SALT, max_age=LINK_AGE)
        except signing.BadSignature:
            return self.none()
        return self.filter(pk=pk, state=Claim.State.OPEN, way=Claim.Way.EMAIL)


class Claim(models.Model):
    """“This is me”: a member says that a person without account is they.

    Proven by a link that we send to an address which we know of the person, by a link from a site of theirs to the
    member's page here, or to a moderator. Once it is granted, the person is the member's own (PersonMerge).
    """

    # What was asked about one page is no claim to the other.
    stays_when_merged = True

    class Way(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        SITE = "site", _("by a link from their site")
        MODERATOR = "moderator", _("by a moderator")

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims")
    way = models.CharField(_("proven"), max_length=10, choices=Way)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    # Of a site: the listed address that should link back; and what was found wrong there, in words for the member.
    url = models.URLField(max_length=500, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    # For a moderator: how they could be sure.
    note = models.TextField(_("how we can be sure"), blank=True, max_length=1000)
    claimed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["claimed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "user"],
                condition=Q(state="open"),
                name="claim_once",
                violation_error_message=_("You have already asked for this page."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} = {self.person}"

    # --- Asking ---------------------------------------------------------------------------------------------------

    @classmethod
    def ask(cls, person: Any, user: Any, way: str, *, url: str = "", note: str = "") -> "Claim":
        """Claim `person` for `user`, or choose another way to prove an open claim; return it. Where nothing more is
        needed it is granted.
        """
        with transaction.atomic():
            said = {"way": way, "url": url, "note": note, "problem": "", "claimed_at": timezone.now()}
            claim, _is_new = cls.objects.update_or_create(
                person=person, user=user, state=cls.State.OPEN, defaults=said
            )
            if way == cls.Way.EMAIL:
                claim._ask_by_email()
            elif way == cls.Way.SITE:
                from ..tasks import check_claim

                check_claim.enqueue(claim.pk)
        return claim

    def _ask_by_email(self) -> None:
        """Grant this where the member has proven to have the address that we know; else write to that address, if any.

        Whoever asks gets the same answer in each case but the first, which tells them nothing that they did not know.
        """
        from .. import rates
        from ..notifications import write_to

        address = self.person.contact_email
        if not address:
            return
        if EmailAddress.objects.filter(user=self.user, verified=True, email__iexact=address).exists():
            self.grant(by=None)
        elif rates.hit("claim mails", str(self.person_id), per=rates.DAY) <= settings.CLAIM_MAILS_PER_DAY:
            link = settings.SITE_URL + reverse("community:claim_link", args=[self.token])
            write_to(address, "claim_link", {"claim": self, "link": link}, language="")

    @property
    def token(self) -> str:
        """What a link that grants this is made of; good for LINK_AGE seconds, and until the claim is decided."""
        return signing.dumps(self.pk, salt=SALT)

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    @transaction.atomic
    def grant(self, *, by: Any) -> None:
        """Make the person the member's own. `by`: the moderator who decides, or None where the proof does.

        Raises StateConflict where it is decided, or somebody else has the page by now.
        """
        from .merge import PersonMerge

        self._decide(self.State.GRANTED, by)
        if hasattr(self.person, "account") or self.person.merged_into_id:
            raise StateConflict(_("Somebody else has shown that this page is theirs."))
        PersonMerge.make(self.person, self.user.person, by=by or self.user)
        type(self).objects.filter(person=self.person, state=self.State.OPEN).update(
            state=self.State.REFUSED, decided_at=timezone.now()
        )

    @transaction.atomic
    def refuse(self, *, by: Any, note: str = "") -> None:
        """Turn it down; the member is told `note`."""
        self._decide(self.State.REFUSED, by)
        self._tell(note)

    def withdraw(self) -> None:
        """Take one's own claim back."""
        self._decide(self.State.WITHDRAWN, None)

    def publish(self, *, by: Any, note: str = "") -> None:
        """Grant it as a moderator, and tell the member."""
        with transaction.atomic():
            self.grant(by=by)
            self._tell(note)

    def fail(self, problem: str) -> None:
        """Say in words why the site did not prove it; it can be tried again."""
        type(self).objects.filter(pk=self.pk, state=self.State.OPEN).update(problem=problem[:300])

    def _decide(self, to: str, by: Any) -> None:
        with transaction.atomic():
            current = type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
            if current.state != self.State.OPEN:
                raise StateConflict(
                    _("This has already been decided: %(state)s.") % {"state": current.get_state_display()}
                )
            self.state, self.decided_at, self.decided_by = to, timezone.now(), by
            self.save(update_fields=["state", "decided_at", "decided_by"])

    def _tell(self, note: str) -> None:
        from ..notifications import tell_member

        # Without the name and the address of the page: both may be given up later.
        url = reverse("people:settings" if self.state == self.State.GRANTED else "community:mine")
        tell_member(self.user, "claim_decided", {"claim": self, "note": note}, url=url)
