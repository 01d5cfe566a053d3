"""How allauth makes an account here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from .models import Person, User


class AccountAdapter(DefaultAccountAdapter):
    """Give every new account its person."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        name = form.cleaned_data.get("name") or str(user._meta.verbose_name)
        user.person = Person.objects.create(name=name)
        return super().save_user(request, user, form, commit)
