"""The form of bringing in a topic: its address, its file, or the file and where it stands."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from links.fields import AddressField

from .fetching import topic_address
from .models import TopicImport
from .topic import MOST_BYTES


class TopicForm(forms.Form):
    """The address of a topic, or its JSON as a file; with both, the address only says where the file is from."""

    url = AddressField(
        label=_("Address of the topic"),
        required=False,
        help_text=_("Paste it from your browser, for example https://forum.example.org/t/its-title/123"),
    )
    file = forms.FileField(
        label=_("Or its file"),
        required=False,
        help_text=_(
            "For a forum that only members can read: save the topic’s address with “.json” added to it."
        ),
        max_length=200,
    )
    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.user = event, user
        self.initial.setdefault("submission_key", uuid.uuid4())

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if url and not topic_address(url):
            raise forms.ValidationError(
                _(
                    "This is not the address of a topic. One looks like this: https://forum.example.org/t/its-title/123"
                )
            )
        return url

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(most)s MB. That is too large for a topic."),
                params={"most": MOST_BYTES // 1_000_000},
            )
        return file

    def clean(self) -> None:
        if not self.errors and not self.cleaned_data.get("url") and not self.cleaned_data.get("file"):
            self.add_error("url", _("Paste the address of a topic, or choose its file."))

    def begin(self) -> TopicImport:
        """Return the import that this form makes, or made when it was sent before."""
        key = self.cleaned_data["submission_key"]
        made = TopicImport.objects.filter(event=self.event, submission_key=key).first() if key else None
        if made:
            return made
        file = self.cleaned_data["file"]
        new = TopicImport(
            event=self.event,
            by=self.user,
            url=self.cleaned_data["url"],
            file_name=file.name if file else "",
            submission_key=key,
        )
        new.begin(file.read() if file else None)
        return new
