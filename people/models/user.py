from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ..licences import Licence
from .person import Person


class Trust(models.TextChoices):
    """Whether what a member adds waits for review."""

    EARNED = "earned", _("earned: after enough accepted contributions")
    GRANTED = "granted", _("granted: publishes directly")
    WITHHELD = "withheld", _("withheld: always waits for review")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        # Every page that knows its member shows the member's name: one query instead of two. It hides no row.
        return super().get_queryset().select_related("person")

    @transaction.atomic
    def create_user(self, email: str, password: str | None = None, *, name: str = "", **fields: Any) -> "User":
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
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_moderator=True, **fields)


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
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    # An account is nobody's guest; people.guests gives anonymous visitors the same attribute.
    guest = None

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("There is an account with this address."),
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
