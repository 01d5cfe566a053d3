from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ..licences import Licence
from .person import Person


class Trust(models.TextChoices):
    """Whether what a member adds waits for review."""

    EARNED = "earned", _("earned: after enough approved things")
    GRANTED = "granted", _("granted: publishes directly")
    WITHHELD = "withheld", _("withheld: always waits for review")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        # Every page that knows its member shows the member's name: one query instead of two. It hides no row.
        return super().get_queryset().select_related("person")

    @transaction.atomic
    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", **fields: Any
    ) -> "User":
        """Return a new member together with their person. Without a password, signing in is by code or passkey."""
        email = self.normalize_email(email)
        fields.setdefault("person", None)
        if fields["person"] is None:
            # The part before the @ would give an address away: a neutral name until they choose one.
            fields["person"] = Person.objects.create(name=name or str(_("A new member")))
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new administrator, who is a moderator too."""
        user = self.create_user(
            email, password, is_staff=True, is_superuser=True, is_moderator=True, **fields
        )
        user.vouch_for_email()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account. What others see of a member stands on `person`; what is private stands here."""

    email = models.EmailField(_("e-mail address"), unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account", verbose_name=_("person"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_moderator = models.BooleanField(_("moderator"), default=False)
    trust = models.CharField(_("trust"), max_length=10, choices=Trust, default=Trust.EARNED)
    default_licence = models.CharField(_("licence of new photos"), max_length=20, choices=Licence, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Part of what sessions are bound to: counting it up ends them all.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    # An account is nobody's guest; people.guests gives anonymous visitors the same attribute.
    guest = None

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("There is already an account with this address."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name that others see."""
        return self.person.name

    get_full_name = get_short_name = lambda self: self.name

    def clean(self) -> None:
        super().clean()
        self.email = type(self).objects.normalize_email(self.email)

    def vouch_for_email(self) -> None:
        """Take the address as proven, because an administrator gave it: no code is asked before the first sign-in."""
        addresses = apps.get_model("account", "EmailAddress").objects
        addresses.update_or_create(
            user=self, email=self.email.lower(), defaults={"verified": True, "primary": True}
        )

    def sign_out_everywhere(self) -> None:
        """End all sessions of this member, on every device."""
        self.sessions_ended += 1
        type(self).objects.filter(pk=self.pk).update(sessions_ended=models.F("sessions_ended") + 1)

    def speak(self, language: str) -> None:
        """Remember the language that this member chose."""
        self.language = language
        type(self).objects.filter(pk=self.pk).update(language=language)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own binds a session to the password only; members without one could not end theirs.
        return salted_hmac(
            "people.User.session", f"{self.sessions_ended} {self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()
