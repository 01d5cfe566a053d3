"""The forms of allauth that we change: signing in by code first, a name at sign-up, passkeys that need no e-mail."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.webauthn.forms import AddWebAuthnForm, SignupWebAuthnForm
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

# What to do where one of these is missing.
MISSING = {
    "code": _("Type the code from the e-mail."),
    "password": _("Type your password."),
    "oldpassword": _("Type the password that you have now."),
    "password1": _("Choose a password."),
    "password2": _("Type the new password once more."),
}


class Plain:
    """A form of allauth with our words: one name for an address, and no placeholder that repeats the label."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]
            if isinstance(field, forms.EmailField):
                field.label = _("E-mail address")
        self._reword_passwords()

    def _reword_passwords(self) -> None:
        """Say each of our rules about a new password that can be followed beforehand: that of its length."""
        words = {"oldpassword": _("The password of today"), "password2": _("The same once more")}
        for name, label in words.items():
            if name in self.fields:
                self.fields[name].label = label
        if "password2" in self.fields:
            self.fields["password1"].label = _("New password")
            self.fields["password1"].help_text = _("At least 10 characters. The longer, the better.")


class RequestLoginCodeForm(Plain, account.RequestLoginCodeForm):
    """The address to send a code to."""


class AddEmailForm(Plain, account.AddEmailForm):
    """The new address of an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class SetPasswordForm(Plain, account.SetPasswordForm):
    """A first password."""


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    """Another password."""


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    """The address of an account whose password is forgotten."""


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    """A password in place of the forgotten one."""


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    """The password, from somebody who is signed in."""


class ConfirmLoginCodeForm(Plain, account.ConfirmLoginCodeForm):
    """The code that signs in."""


class ConfirmEmailVerificationCodeForm(Plain, account.ConfirmEmailVerificationCodeForm):
    """The code that confirms an address."""


class ConfirmPasswordResetCodeForm(Plain, account.ConfirmPasswordResetCodeForm):
    """The code that lets somebody choose a new password."""


class LoginForm(Plain, account.LoginForm):
    """One e-mail address, to which a code goes; with a password beside it the password decides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = self.asks_with_password

    def _setup_password_field(self) -> None:
        # allauth drops the field where signing up asks for no password.
        self.fields["password"].help_text = ""

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


class SignupForm(Plain, account.SignupForm):
    """An address, and the name that others see."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        help_text=_("As others see it. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type a name. Any will do.")},
    )
    field_order = ["email", "name"]

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
    field.help_text = _("So that you recognise it: “my phone”, “the office”.")
