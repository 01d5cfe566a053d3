"""The page on which whoever looks after an event pairs a list of videos with its talks."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from events.models import Event
from links.fields import AddressField

from .models import Talk, VideoList
from .schedules.schedule import MOST_ITEMS, Unreadable
from .schedules.views import looked_after
from .video_lists import MOST_BYTES, Pair, Video, left_out, lines_of, pairs_of, read_videos

# So many can be ticked one by one; the rest come up once these are done.
SHOWN = 300
# Of a hundred: from here on nothing is taken that has a rival as good.
NO_DOUBT = 95


class ListForm(forms.Form):
    """A list of videos: its address, a file, or pasted."""

    url = AddressField(
        label=_("Address of a list"),
        required=False,
        help_text=_("A playlist or its feed. YouTube’s feeds name only the newest 15."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("A playlist’s feed (Atom or RSS), or a JSON export of a channel."),
    )
    lines = forms.CharField(
        label=_("Or paste it"),
        required=False,
        strip=True,
        max_length=1_000_000,
        help_text=_("One title and one address per line."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.user = event, user
        self.initial.setdefault("submission_key", uuid.uuid4())

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("That is too long for a list of videos."))
        return file

    def clean(self) -> None:
        given = [name for name in ("url", "file", "lines") if self.cleaned_data.get(name)]
        if len(given) > 1:
            self.add_error(given[-1], _("One of these, please: an address, a file, or lines."))
        elif not given and not self.errors:
            self.add_error("url", _("Paste the address of a list, choose a file, or paste some lines."))
        elif given and given != ["url"]:
            self._read(given[0])

    def _read(self, name: str) -> None:
        given = self.cleaned_data[name]
        try:
            content = given.read() if name == "file" else given.encode()
            self.cleaned_data["videos"] = read_videos(content)
            self.cleaned_data["left_out"] = left_out(content)
        except Unreadable as problem:
            self.add_error(name, str(problem))

    def begin(self) -> VideoList:
        """Return the list that the worker fetches for this form, or does since it was sent before."""
        key = self.cleaned_data["submission_key"]
        made = VideoList.objects.filter(event=self.event, submission_key=key).first() if key else None
        if made is None:
            made = VideoList(event=self.event, by=self.user, url=self.cleaned_data["url"], submission_key=key)
            made.begin()
        return made


class AcceptanceForm(forms.Form):
    """Which pairs are right: all from a line on, or those that were ticked."""

    listed = forms.CharField(max_length=2_000_000, widget=forms.HiddenInput)
    line = forms.ChoiceField(
        label=_("Take all from"),
        required=False,
        choices=[("95", _("95: no doubt")), ("85", "85"), ("75", "75"), ("60", _("60: all of these"))],
    )
    pair = forms.TypedMultipleChoiceField(coerce=str, required=False, choices=[])

    def __init__(self, *args: Any, pairs: list[Pair] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pair"].choices = [(word_of(pair), "") for pair in pairs or ()]  # type: ignore[attr-defined]

    def chosen(self, pairs: list[Pair], *, by_line: bool) -> list[Pair]:
        if by_line:
            line = int(self.cleaned_data["line"] or NO_DOUBT)
            # What has a video keeps it, unless somebody ticks another; and “no doubt” takes nothing that is in doubt.
            above = [pair for pair in pairs if pair.percent >= line and not pair.talk.video_url]
            return [pair for pair in above if pair.certain or line < NO_DOUBT]
        ticked = set(self.cleaned_data["pair"])
        return [pair for pair in pairs if word_of(pair) in ticked and not pair.has_this]


def word_of(pair: Pair) -> str:
    return f"{pair.talk.pk}-{pair.number}"


def talks_at(event: Event) -> list[Talk]:
    talks = Talk.objects.public().at(event).filter(cancelled=False).select_related("event")
    return list(talks.order_by("starts_at", "pk")[:MOST_ITEMS])


@login_required
def videos(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a list of videos, and show which talk each seems to be of; of an address once the worker has read it."""
    event = looked_after(request, slug)
    is_sent = request.method == "POST"
    data, files = (request.POST, request.FILES) if is_sent else (None, None)
    form = ListForm(data, files, event=event, user=request.user)
    if not form.is_valid():
        context = {"event": event, "form": form}
        return render(request, "talks/videos.html", context, status=422 if form.errors else 200)
    if form.cleaned_data["url"]:
        return redirect(form.begin())
    return paired(request, event, form.cleaned_data["videos"], lines=form.cleaned_data["left_out"])


@login_required
@require_safe
def video_list(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One list that was fetched from its address: that it is on its way, why it was not read, or its pairs."""
    event = looked_after(request, slug)
    row = get_object_or_404(VideoList, event=event, pk=pk)
    found = row.videos()
    if found:
        return paired(request, event, found)
    return render(request, "talks/video_list.html", {"event": event, "row": row})


def paired(
    request: HttpRequest, event: Event, found: list[Video], *, lines: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    """Show which talk each video seems to be of. `lines`: what of the list is no video."""
    pairs, rest = pairs_of(found, talks_at(event))
    shown = [pair for pair in pairs if not pair.has_this]
    context = {
        "event": event,
        "form": AcceptanceForm(initial={"listed": lines_of(found)}),
        "pairs": [(word_of(pair), pair) for pair in shown[:SHOWN]],
        "more": max(0, len(shown) - SHOWN),
        "known": len(pairs) - len(shown),
        "rest": rest,
        "lines": lines[:SHOWN],
        "how_many_lines": len(lines),
    }
    return render(request, "talks/video_pairs.html", context, status=status)


@login_required
@require_POST
def acceptance(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the talks the videos of the pairs that are right."""
    event = looked_after(request, slug)
    try:
        found = read_videos(request.POST.get("listed", "").encode())
    except Unreadable as problem:
        messages.warning(request, str(problem))
        return redirect("videos:bring", slug=event.slug)
    pairs, _rest = pairs_of(found, talks_at(event))
    form = AcceptanceForm(request.POST, pairs=pairs)
    if not form.is_valid():
        # Somebody changed a talk meanwhile: the pairs are looked at once more.
        return paired(request, event, found, status=422)
    chosen = form.chosen(pairs, by_line="above" in request.POST)
    given = Talk.objects.give_videos([(pair.talk.pk, pair.video.url) for pair in chosen], by=request.user)
    said = ngettext("%(n)s talk has its video now.", "%(n)s talks have their video now.", given) % {
        "n": given
    }
    messages.success(request, said)
    left = [pair for pair in pairs if pair not in chosen and not pair.has_this]
    return paired(request, event, found) if left else redirect(get_object_or_404(Event, pk=event.pk))
