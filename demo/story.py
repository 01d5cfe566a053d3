"""Tells what happened at an event: builds it, and what people added to it, from a file beside this module.

Everything goes through the forms and verbs that people's own input goes through, so the same rules hold for it. Each
thing has a submission key made of what it is: telling a story twice finds everything there, and changes nothing.
"""

import hashlib
import json
import tomllib
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict

from community.event_tags import set_event_tags
from community.models import Contribution, Tag
from discussion.forms import CommentForm
from discussion.models import Comment, Favourite
from events.forms import EventForm, ThemesForm
from events.models import Event
from people.licences import Licence
from people.models import Person, Trust, User
from photos.describing import BatchForm
from photos.forms import PhotosForm
from photos.models import Photo
from recaps.forms import RecapForm
from recaps.models import Recap
from talks.forms import TalkForm
from talks.models import Resource, Talk

HERE = Path(__file__).parent
# The one to look at first comes last: lists begin with what is newest.
FILES = ("europython-2019.json", "kubecon-eu-2024.toml")
KEYS = uuid.UUID("6f2b7c1e-3d0a-4f57-9a55-0c8f5a1d2e90")
# Nobody receives mail there (RFC 2606), and the accounts are switched off besides: nobody signs in to them.
TELLER = ("demo@hallway.invalid", "Hallway demo")
SECOND_VOICE = ("demo-2@hallway.invalid", "Hallway demo, a second voice")
PHOTOGRAPHER = "metadata-extractor sample images"


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """A form did not take something of a story, or something else has its place. The text says what and why."""


def stories() -> "list[Story]":
    """Return all stories, in the order in which they are to be told."""
    return [Story(read(HERE / name)) for name in FILES]


def read(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else tomllib.loads(text)


def account(email: str, name: str) -> User:
    """Return the account of that address, made when there is none: it publishes directly, and nobody can use it."""
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(email, name=name, trust=Trust.GRANTED, is_active=False)


def unprepared_photos() -> list[Photo]:
    """Return the demo's photos that wait for a worker."""
    return list(
        Photo.objects.filter(contributor__email=TELLER[0], ready=False, problem="").select_related("event")
    )


class Story:
    """One event with everything at it, as its file tells."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.slug = facts["event"]["slug"]
        self.name = facts["event"]["name"]
        self.made: Counter[str] = Counter()
        self.events: dict[str, Event] = {}

    def tell(self) -> "Counter[str]":
        """Make what is missing, and return how many of what that was; nothing where all was there.

        Raises Refused; what was made until then stays, and the next time goes on from there.
        """
        with transaction.atomic():
            self.teller, self.second_voice = account(*TELLER), account(*SECOND_VOICE)
            self._accept_words()
            self._add_events()
            self._give_handles()
        # Not in one transaction with the rest, as their files take long; first, as lists begin with what came last.
        for photo in self._rows("photos"):
            self._add_photo(photo)
        with transaction.atomic():
            for talk in self._rows("talks"):
                self._add_talk(talk)
            for recap in self._rows("recaps"):
                self._add_recap(recap)
        return self.made

    # --- Words ----------------------------------------------------------------------------------------------------

    def _accept_words(self) -> None:
        """Take the words of this story into the vocabulary. What moderators decided about a word stays."""
        lists = [
            self.facts["event"],
            *(row for name in ("colocated", "talks", "recaps", "photos") for row in self._rows(name)),
        ]
        synonyms = self.facts.get("synonyms", {})
        words = list(dict.fromkeys([*synonyms, *(word for row in lists for word in row.get("tags", []))]))
        for tag in Tag.objects.meant_by(words):
            if tag.state == Tag.State.PROPOSED:
                tag.accept(by=None)
                self.made["tag"] += 1
        for word, others in synonyms.items():
            canonical = Tag.objects.meant_by([word])[0]
            for other in Tag.objects.meant_by(others):
                if other.state == Tag.State.PROPOSED and canonical.state == Tag.State.ACCEPTED:
                    other.merge_into(canonical, by=None)
                    self.made["synonym"] += 1

    def _rows(self, name: str) -> list[dict[str, Any]]:
        return self.facts.get(name, [])

    # --- Events ---------------------------------------------------------------------------------------------------

    def _add_events(self) -> None:
        main = self._add_event(self.facts["event"])
        for facts in self._rows("colocated"):
            self._add_event(
                {"city": main.city, "country": main.country, "timezone": main.timezone, **facts}, parent=main
            )
        self.days = {str(day.date): day.pk for day in main.days.all()}

    def _add_event(self, facts: dict[str, Any], parent: Event | None = None) -> Event:
        key = self._key("event", facts["slug"])
        event = Event.objects.filter(slug=facts["slug"]).first()
        if event and event.submission_key != key:
            raise Refused(f"There is another event at {event.get_absolute_url()}.")
        self.events[facts["slug"]] = event or self._propose(facts, key, parent)
        return self.events[facts["slug"]]

    def _propose(self, facts: dict[str, Any], key: uuid.UUID, parent: Event | None) -> Event:
        data = {**facts, "parent": parent.slug if parent else "", "submission_key": str(key)}
        form = EventForm(data, user=self.teller, instance=Event(slug=facts["slug"]))
        event = self._checked(form, facts["name"]).propose()
        if not event.is_public:
            event.publish(by=None)
        set_event_tags(event, facts.get("tags", []), by=self.teller)
        if parent is None:
            themes = {f"theme-{date}": theme for date, theme in self.facts["days"].items()}
            self._checked(ThemesForm(themes, event=event), "its days").save()
        self.made["event"] += 1
        return event

    def _give_handles(self) -> None:
        """Give people the handles by which they were mentioned before, where these are free."""
        for handle, name in self.facts.get("handles", {}).items():
            person = Person.objects.named(name)
            if person and Person.objects.is_free(handle, person):
                person.rename(name, handle)

    # --- What people add ------------------------------------------------------------------------------------------

    def _add_talk(self, facts: dict[str, Any]) -> None:
        data = {
            "speakers": ", ".join(facts.get("speakers", [])),
            "why": facts.get("why", ""),
            "video_url": facts.get("video", ""),
            "description": facts.get("description", ""),
        }
        talk = self._added("talk", facts["title"], TalkForm, facts, data)
        self._recommend(talk, facts)
        self._comment(talk, facts)
        if "slides" in facts and not Resource.objects.filter(talk=talk.pk).exists():
            of = Talk.objects.get(pk=talk.pk)
            Resource.bring(of, kind=Resource.Kind.SLIDES, url=facts["slides"], by=self.teller)
            self.made["link"] += 1

    def _add_recap(self, facts: dict[str, Any]) -> None:
        data = {
            "url": facts.get("url", ""),
            "role": Recap.Role.FOUND if "url" in facts else Recap.Role.WROTE,
            "author": ", ".join(facts.get("author", [])),
            "body": facts.get("body", ""),
            "disclosure": facts.get("disclosure", ""),
            "related": "\n".join(facts.get("about", [])),
        }
        recap = self._added("recap", facts["title"], RecapForm, facts, data)
        self._recommend(recap, facts)
        self._comment(recap, facts)

    def _add_photo(self, facts: dict[str, Any]) -> None:
        path = HERE / "photos" / facts["file"]
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        main_event = self.events[self.slug].pk
        photo = Photo.objects.filter(contributor=self.teller, main_event=main_event, sha256=sha256).first()
        if photo is None:
            data = {"title": facts["caption"], "credit": PHOTOGRAPHER, "licence": Licence.CC0}
            with path.open("rb") as file:
                upload = UploadedFile(file, path.name, size=path.stat().st_size)
                photo = self._added("photo", path.name, PhotosForm, facts, data, {"pictures": [upload]})
        if not photo.alt:
            described = {f"photo-{photo.pk}-alt": facts["alt"]}
            batch = BatchForm(list(Photo.objects.for_cards().filter(pk=photo.pk)), described)
            if not batch.is_valid():
                raise Refused(f"{self.name}, {path.name}: {' '.join(batch.errors)}")
            batch.save_by(self.teller)

    def _added(
        self,
        noun: str,
        name: str,
        form_class: Any,
        facts: dict[str, Any],
        data: dict[str, Any],
        files: dict[str, Any] | None = None,
    ) -> Any:
        """Return what was added under this name before; else what the form makes of `facts` and `data`."""
        key = self._key(noun, name)
        if item := Contribution.objects.filter(submission_key=key).first():
            return item
        event = self.events[facts.get("at", self.slug)]
        common = {
            "event": event.pk,
            "title": facts.get("title", ""),
            "day": self.days.get(str(facts.get("date")), ""),
            "tags": ", ".join(facts.get("tags", [])),
            "language": facts.get("language", ""),
            "submission_key": str(key),
        }
        form = form_class(common | data, MultiValueDict(files or {}), event=event, user=self.teller)
        self._checked(form, name)
        with form.files_kept(), transaction.atomic():
            item = form.save_by(self.teller)
        self.made[noun] += 1
        return item

    def _recommend(self, item: Contribution, facts: dict[str, Any]) -> None:
        reason = facts.get("recommended")
        if reason and not Favourite.objects.filter(contribution=item.pk, user=self.second_voice).exists():
            Favourite.give(item, by=self.second_voice, reason=reason)
            self.made["recommendation"] += 1

    def _comment(self, item: Contribution, facts: dict[str, Any]) -> None:
        """Say what was said about it, the second voice first; each further one replies to the first."""
        said: list[Comment] = []
        for number, words in enumerate(facts.get("comments", [])):
            key = self._key("comment", f"{facts['title']} {number}")
            by = self.teller if number else self.second_voice
            known = Comment.objects.filter(submission_key=key).first()
            if known is None:
                answers = said[0] if said else None
                form = CommentForm({"body": words, "submission_key": str(key)}, user=by, answers=answers)
                given = self._checked(form, facts["title"]).cleaned_data
                known = Comment.say(item, by=by, answers=answers, **given)
                self.made["comment"] += 1
            said.append(known)

    def _key(self, noun: str, name: str) -> uuid.UUID:
        return uuid.uuid5(KEYS, f"{self.slug} {noun} {name}")

    def _checked(self, form: BaseForm, name: str) -> Any:
        if not form.is_valid():
            raise Refused(f"{self.name}, {name}: {form.errors.as_text()}")
        return form
