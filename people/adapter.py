"""How allauth makes an account here, and lets people in."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from .language import remember_language
from .models import Person, User
from .tasks import send_mail


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to what allauth asks."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("That is not the code. Look at our newest e-mail, or ask for a new code."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "email_password_mismatch": _(
            "This address and this password do not go together. A code always works."
        ),
    }

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Give every new account its person, and the language in which it was made."""
        user.person = Person.objects.create(name=form.cleaned_data["name"])
        user.language = get_language() or ""
        return super().save_user(request, user, form, commit)

    def get_login_stages(self) -> list[str]:
        """A passkey is one more way in, not a second lock: who left it at home still comes in with a code."""
        return [
            stage for stage in super().get_login_stages() if stage != "allauth.mfa.stages.AuthenticateStage"
        ]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again only some time after the sign-in; so a lost passkey can be removed after signing in by code."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Let the member's language follow them to this browser."""
        # What was kept of a form for them has let the session end soon (community.resending).
        request.session.set_expiry(None)
        response = super().post_login(request, user, **kwargs)
        if user.language:
            remember_language(response, user.language)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:settings")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Have the worker send it: it tries again when the mail server is away, and answers take equally long."""
        names = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        message = self.render_mail(
            template_prefix, email, {"request": self.request, "email": email, **names, **context}
        )
        send_mail.enqueue(str(message.subject), str(message.body), email, get_language() or "")


class PasskeyAdapter(DefaultMFAAdapter):
    """The words around passkeys."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "unverified_email": _("Confirm your e-mail address first: sign in with a code once."),
    }

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Have the device show the passkey under the site's name; what it is bound to stays the host."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}
