"""The small fixed cast of the tests: two events, a few people, and makers of contributions of every kind.

Makers go through the same verbs as the forms do.
"""

import datetime
import itertools
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from community.models import Contribution, Tag
from events.models import Event, Series
from people.guests import COOKIE, COOKIE_SALT, GuestVisitor
from people.models import Guest, Person, Trust, User
from photos.models import Photo, Rendition
from recaps.models import Recap
from talks.models import Talk

number = itertools.count(1)
TINY_WEBP = (
    b"RIFF$\x00\x00\x00WEBPVP8 \x18\x00\x00\x000\x01\x00\x9d\x01*\x01\x00\x01\x00\x01@&%\xa4\x00\x03p"
    b"\x00\xfe\xfd6h\x00"
)


def make_user(name: str, **fields: Any) -> User:
    return User.objects.create_user(f"{name.replace(' ', '.')}@example.org", name=name, **fields)


@pytest.fixture
def moderator(db: None) -> User:
    """Sees the queue, publishes, turns down."""
    return make_user("the moderator", is_moderator=True)


@pytest.fixture
def member(db: None) -> User:
    """Publishes directly."""
    return make_user("the member", trust=Trust.GRANTED)


@pytest.fixture
def newcomer(db: None) -> User:
    """Has an account, and no trust yet: what they add waits."""
    return make_user("the newcomer")


@pytest.fixture
def outsider(db: None) -> User:
    """Another member, who owns nothing here."""
    return make_user("the outsider")


@pytest.fixture
def guest(db: None) -> GuestVisitor:
    """Added something under a name, without account."""
    return GuestVisitor(Guest.objects.create(name="the guest", email="guest@example.org").pk)


def make_event(name: str = "Event", **fields: Any) -> Event:
    fields.setdefault("starts_on", datetime.date(2024, 3, 19))
    fields.setdefault("ends_on", fields["starts_on"] + datetime.timedelta(days=3))
    fields.setdefault("timezone", "Europe/Paris")
    event = Event(name=name, **fields)
    event.propose(by=None)
    event.publish(by=None)
    return event


@pytest.fixture
def series(db: None) -> Series:
    return Series.objects.create(name="Summit Series")


@pytest.fixture
def event(series: Series) -> Event:
    """A main event, four days in Paris."""
    return make_event("Paris Summit 2024", series=series, city="Paris", country="France")


@pytest.fixture
def colocated(event: Event) -> Event:
    """An event inside `event`."""
    return make_event("Edge Day", parent=event, ends_on=event.starts_on)


@pytest.fixture
def other_event(db: None) -> Event:
    return make_event("Lisbon Meeting 2023", starts_on=datetime.date(2023, 5, 2), city="Lisbon")


def make_recap(
    event: Event, by: Any, *, tags: Sequence[str] = (), credit: Sequence[Person] = (), **fields: Any
) -> Recap:
    fields.setdefault("title", f"Recap {next(number)}")
    if not fields.get("url"):
        fields.setdefault("body", "What I took home from the corridor.")
    recap = Recap(event=event, **fields)
    recap.submit(by=by, tags=tags, credit=credit)
    return recap


def make_talk(
    event: Event, by: Any, *, tags: Sequence[str] = (), credit: Sequence[Person] = (), **fields: Any
) -> Talk:
    fields.setdefault("title", f"Talk {next(number)}")
    talk = Talk(event=event, **fields)
    talk.submit(by=by, tags=tags, credit=credit)
    return talk


def make_photo(
    event: Event, by: Any, *, tags: Sequence[str] = (), credit: Sequence[Person] = (), **fields: Any
) -> Photo:
    """A photo whose renditions are there already: one tiny picture."""
    fields.setdefault("title", f"Photo {next(number)}")
    fields.setdefault("alt", "A corridor")
    photo = Photo(
        event=event,
        width=320,
        height=240,
        format="jpeg",
        sha256=uuid.uuid4().hex * 2,
        colour="#887766",
        **fields,
    )
    photo.submit(by=by, tags=tags, credit=credit)
    name = storages["default"].save(f"renditions/{photo.file_key}/320.webp", ContentFile(TINY_WEBP))
    Rendition.objects.create(
        photo=photo,
        width=320,
        height=240,
        bytes=len(TINY_WEBP),
        mime="image/webp",
        name=name,
        sha256="0" * 64,
    )
    return photo


MAKERS: dict[str, Callable[..., Contribution]] = {"recap": make_recap, "talk": make_talk, "photo": make_photo}


def make_tag(name: str, *, by: User | None = None) -> Tag:
    """An accepted tag."""
    tag = Tag.objects.meant_by([name])[0]
    if tag.state != Tag.State.ACCEPTED:
        tag.accept(by=by)
    return tag


def client_of(user: Any) -> Client:
    """Return a browser in which `user` (a member, a guest, or None for a stranger) is known."""
    from django.core import signing

    client = Client()
    if user is None:
        return client
    if user.is_authenticated:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    else:
        client.cookies[COOKIE] = signing.dumps(str(user.guest_id), salt=COOKIE_SALT)
    return client
