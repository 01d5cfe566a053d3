"""What a site, or somebody by hand, tells us of a page that mentions one of ours."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from links.fields import AddressField

from .models import BlockedSource
from .webmentions import host_of, item_at


class WebmentionForm(forms.Form):
    """The two addresses of a webmention, named as the recommendation names them."""

    source = AddressField(
        label=_("The page that mentions it"), help_text=_("Your post. It has to link to the page here.")
    )
    target = forms.CharField(
        label=_("What it mentions"),
        max_length=2000,
        help_text=_("The address of a recap, a talk or a photo here."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        host = host_of(source)
        if host == (urlsplit(settings.SITE_URL).hostname or ""):
            raise forms.ValidationError(
                _("That page is on this site. Only pages elsewhere can mention something.")
            )
        if BlockedSource.objects.covers(host):
            raise forms.ValidationError(_("We take no mentions from this site."))
        return source

    def clean_target(self) -> str:
        target: str = self.cleaned_data["target"]
        # What waits, is hidden, or is not there: the same answer.
        self.item = item_at(target)
        if self.item is None:
            raise forms.ValidationError(_("There is no public recap, talk or photo at this address."))
        return target

    @property
    def host(self) -> str:
        return host_of(self.cleaned_data["source"])

    @classmethod
    def started(cls, data: Any) -> "WebmentionForm":
        """Return the form with what an address fills in: /webmention/?target=…"""
        return cls(initial={"target": data.get("target", "")[:2000].replace("\0", "")})


class BlockForm(forms.Form):
    """A site from which nothing is to be taken any more."""

    host = forms.CharField(
        label=_("Site"),
        max_length=253,
        help_text=_("For example spam.example, with everything that is part of it."),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the name of a site, for example spam.example.")},
    )

    def clean_host(self) -> str:
        typed: str = self.cleaned_data["host"].strip().lower()
        host = host_of_typed(typed)
        if not host or "." not in host:
            raise forms.ValidationError(_("Type the name of a site, for example spam.example."))
        return host


def host_of_typed(typed: str) -> str:
    """Return the host of a name or an address; "" where it is neither."""
    try:
        return host_of(typed if "://" in typed else f"https://{typed}/").removeprefix("www.")
    except ValueError:
        return ""
