"""The languages that texts and talks are in: a short list first, all that Django knows after it."""

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

OFTEN = ("en", "fr", "de", "es", "it", "pt", "nl", "pl", "ja", "zh-hans", "ko", "uk")


def languages() -> list[tuple[str, str]]:
    """Return (code, own name) of the languages, the frequent ones first."""
    named = {code: info["name_local"] for code, info in LANG_INFO.items() if "name_local" in info}
    others = sorted((code for code in named if code not in OFTEN), key=lambda code: named[code].casefold())
    return [(code, named[code]) for code in (*OFTEN, *others)]


class LanguageField(forms.ChoiceField):
    """Which language something is in; empty when nobody said."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Language"))
        super().__init__(choices=[("", _("not said")), *languages()], **{"required": False, **kwargs})


def language_name(code: str) -> str:
    """Return a language's own name, or its code where Django does not know it."""
    return LANG_INFO.get(code, {}).get("name_local", code)
