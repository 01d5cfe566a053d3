"""Forms of accounts and profiles."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """What a new member is asked beside the e-mail address: the name that others see."""

    name = forms.CharField(label=_("Your name"), max_length=100, help_text=_("As others see it. You can change it later."))
