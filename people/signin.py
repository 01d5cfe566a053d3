"""The forms of allauth that we change: signing in by code first, a name at sign-up, passkeys that need no e-mail."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, SignupWebAuthnForm
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


def plain_email(field: forms.Field) -> None:
    """Label our way, without a placeholder that says the same again."""
    field.label = _("E-mail address")
    field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    """One e-mail address, to which a code goes; with a password beside it the password decides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_email(self.fields["login"])
        self.fields["password"].required = self.asks_with_password

    def _setup_password_field(self) -> None:
        # allauth drops the field where signing up asks for no password.
        password = self.fields["password"]
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)

    @property
    def asks_with_password(self) -> bool:
        """Whether what came in was the folded half of the page, the one with the password."""
        return "password" in self.data

    @cached_property
    def by_code(self) -> forms.Form:
        """The half of the page that sends a code."""
        return self._half("code_%s", mine=not self.asks_with_password)

    @cached_property
    def by_password(self) -> forms.Form:
        """The half of the page that asks for a password."""
        return self._half("password_%s", mine=self.asks_with_password)

    def _half(self, auto_id: str, *, mine: bool) -> forms.Form:
        form = type(self)(
            self.data if mine and self.is_bound else None, auto_id=auto_id, request=self.request
        )
        # Not validated again: that would count as another attempt.
        form._errors = self.errors if mine else forms.utils.ErrorDict()
        return form


class SignupForm(AllauthSignupForm):
    """An address, and the name that others see."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        help_text=_("As others see it. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_email(self.fields["email"])

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey that signs in by itself: nothing else is of use here, so nobody is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["name"])


class SignupPasskeyForm(SignupWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["name"])


def name_field(field: forms.Field) -> None:
    field.label = _("A name for this passkey")
    field.help_text = _("So that you know it again: “my phone”, “the office”.")
