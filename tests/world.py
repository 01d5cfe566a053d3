"""A small site with something in every state that a thing can be in, for tests that walk all pages.

The public part and the rest are built apart, so that a test can compare the site with and without the rest. Every
text of what is not public holds a word of its own, and says which roles may read it.
"""

import dataclasses
import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import get_resolver, include, path
from django.urls.resolvers import URLResolver

from community.cards import store_cards
from community.event_tags import set_event_tags
from community.models import Contribution, Tag
from discussion.models import Comment, Favourite, Webmention
from events.models import Day, Event, Organiser, Series
from forum.models import TopicImport
from links.microformats import Found
from links.models import OptOut
from moderation.models import NameRequest, Takedown
from people.decisions import Reason
from people.guests import GuestVisitor
from people.models import Claim, Guest, Person, PersonMerge, Trust
from photos.models import UploadLink
from recaps.models import BlogFeed, FeedPost, TextClaim
from talks.models import ScheduleImport, VideoList, Watched, WatchList
from tests.cast import MAKERS, client_of, make_event, make_recap, make_tag, make_talk, make_user

# Whose eyes a test borrows. "owner" is a member and "guest" a guest who own what is not public.
VISITORS = ["stranger", "guest", "other guest"]
MEMBERS = ["owner", "outsider", "organiser", "moderator", "staff"]
ROLES = [*VISITORS, *MEMBERS]
OWNERS = ["owner", "guest"]
# "preparing": public, while a worker still makes its renditions.
NOT_PUBLIC = ["waiting", "rejected", "hidden", "withdrawn", "preparing"]
ITEM_STATES = ["public", *NOT_PUBLIC]
# Every secret begins so; strangers search for it.
SECRET = "canary"


@dataclasses.dataclass(frozen=True)
class Thing:
    """Something that addresses are made of: its sort, its state, and the role that it belongs to."""

    sort: str
    state: str
    value: Any
    owner: str = ""

    def __str__(self) -> str:
        return f"{self.state} {self.sort} of {self.owner or 'nobody'}"


@dataclasses.dataclass(frozen=True)
class Secret:
    """A word that stands in one place only, what place that is, and the roles that may read it."""

    word: str
    place: str
    readers: frozenset[str]


class World:
    """The people, the things and the secrets. `build_public` comes first, `build_hidden` when wanted."""

    def __init__(self) -> None:
        self.things: list[Thing] = [Thing("site", "", None)]
        self.secrets: list[Secret] = []
        self._words = ("".join(letters) for letters in itertools.product("bdfghjklmnpqrstvwxz", repeat=3))
        self.people: dict[str, Any] = {
            "stranger": None,
            "guest": GuestVisitor(
                Guest.objects.create(name="the guest", email=f"{SECRET}guest@example.org").pk
            ),
            "other guest": GuestVisitor(Guest.objects.create(name="the other guest").pk),
            # Never trusted, however much of theirs is public: what they add and change waits.
            "owner": make_user("the owner", trust=Trust.WITHHELD),
            "outsider": make_user("the outsider"),
            "organiser": make_user("the organiser"),
            "moderator": make_user("the moderator", is_moderator=True),
            "staff": make_user("the staff", is_staff=True),
        }
        self.moderator = self.people["moderator"]

    def add(self, sort: str, state: str, value: Any, owner: str = "") -> Any:
        self.things.append(Thing(sort, state, value, owner))
        return value

    def secret(self, place: str, *readers: str) -> str:
        """Return a new word that only `readers` may see."""
        word = f"{SECRET}{next(self._words)}"
        self.secrets.append(Secret(word, place, frozenset(readers)))
        return word

    def of(self, sort: str, *states: str) -> list[Any]:
        return [
            thing.value
            for thing in self.things
            if thing.sort == sort and (not states or thing.state in states)
        ]

    def client(self, role: str) -> Client:
        client = client_of(self.people[role])
        client.raise_request_exception = True
        return client

    # --- What everybody sees ----------------------------------------------------------------------------------------

    def build_public(self) -> None:
        series = self.add(
            "series", "public", Series.objects.create(name="Summit Series", description="Each spring.")
        )
        self.event = make_event("Paris Summit 2024", series=series, city="Paris", description="About it.")
        self.colocated = make_event("Edge Day", parent=self.event, ends_on=self.event.starts_on)
        Organiser.objects.create(event=self.event, user=self.people["organiser"])
        for event in (self.event, self.colocated):
            self.add("event", "public", event, "organiser")
        # An event to which a member and a guest have added something.
        self.add("busy event", "public", self.event, "owner")
        Day.objects.filter(event=self.event).update(theme="Doors open")
        self.tag = self.add("tag", "accepted", make_tag("kubernetes", by=self.moderator))
        synonym = self.add("synonym", "synonym", make_tag("k8s", by=self.moderator))
        synonym.merge_into(self.tag, by=self.moderator)
        set_event_tags(self.event, ["kubernetes"], by=self.moderator)
        self.speaker = Person.objects.create(name="A Speaker", bio="Speaks.", links=["https://example.org/"])
        self.add("person", "public", self.speaker)
        self.add("speaker", "public", self.speaker)
        for role in ("outsider", "organiser", "staff"):
            self.add("person", "private", self.people[role].person, role)
        for role in ("owner", "outsider", "organiser"):
            self.add("member", "active", self.people[role].person, role)
        at = itertools.cycle([self.event, self.colocated])
        for (kind, make), owner in itertools.product(MAKERS.items(), OWNERS):
            title = f"A coal mine and its {SECRET}: {kind} of the {owner}"
            more = {"batch": uuid.uuid4()} if kind == "photo" else {}
            item = make(
                next(at), self.people[owner], title=title, tags=["kubernetes"], credit=[self.speaker], **more
            )
            item.publish(by=self.moderator)
            self.add(kind, "public", item, owner)
        given = Favourite.give(self.of("talk")[0], by=self.people["outsider"], reason="it is short")
        given.publish(by=self.moderator)
        self.add("favourite", "public", given, "outsider")
        said = Comment.say(self.of("talk")[0], by=self.people["outsider"], body="I was there.")
        said.publish(by=self.moderator)
        self.add("comment", "public", said, "outsider")
        for role in ("owner", "moderator"):
            # Always the same address, so that two sites can be compared address by address.
            made = WatchList.objects.create(user=self.people[role], key=f"list-of-the-{role}")
            self.add("watch list", "good", made, role)
        linked = make_recap(
            self.event, self.people["owner"], url="https://blog.example.org/paris", role="found"
        )
        linked.publish(by=self.moderator)
        self.add("linked text", "public", linked, "owner")
        self._photo_links()
        self._schedule_import()
        self._topic_import()
        self.add("token", "good", self._guest_token())
        self.add("token", "bad", "nonsense")
        self._edited_and_once_rejected()
        self._renamed()

    def draw_cards(self) -> None:
        """Draw the cards of what is public, as the worker does: each list would draw them anew."""
        store_cards(Contribution.objects.public().values_list("pk", flat=True))

    def _photo_links(self) -> None:
        def word(place: str) -> str:
            return self.secret(place, "organiser", "moderator")

        made = UploadLink.objects.create(event=self.event, label=word("label of a link for photos"))
        self.add("photo link", "good", made, "organiser")
        lost = UploadLink.objects.create(event=self.colocated, label=word("label of a revoked link"))
        lost.revoke(by=self.people["organiser"])
        self.add("lost photo link", "bad", lost, "organiser")

    def _schedule_import(self) -> None:
        secret = self.secret("title of a talk that is only planned", "organiser", "moderator")
        row = ScheduleImport(event=self.event, by=self.people["organiser"], file_name="schedule.csv")
        row.begin(f"title\n{secret}\n".encode())
        self.add("schedule import", "good", row, "organiser")
        secret = self.secret("title of a video that is only listed", "organiser", "moderator")
        listed = VideoList.objects.create(
            event=self.event,
            by=self.people["organiser"],
            url="https://example.org/feed",
            listed=f"https://vimeo.com/7654321\t{secret}",
            state=VideoList.State.READY,
        )
        self.add("video list", "good", listed, "organiser")

    def _topic_import(self) -> None:
        secret = self.secret("title of a topic that is only planned", "organiser", "moderator")
        row = TopicImport(event=self.event, by=self.people["organiser"], file_name="topic.json")
        post = {"id": 1, "post_number": 1, "username": "somebody", "cooked": "<p>Words.</p>"}
        row.begin(json.dumps({"title": secret, "post_stream": {"posts": [post]}}).encode())
        self.add("topic import", "good", row, "organiser")

    def _guest_token(self) -> str:
        from people.guests import return_link

        return return_link(self.people["other guest"].guest).rstrip("/").rpartition("/")[2]

    # --- What only some see -------------------------------------------------------------------------------------------

    def build_hidden(self) -> None:
        # First, as the first page of the log has only what came last.
        self._comments()
        for kind, owner, state in itertools.product(MAKERS, OWNERS, NOT_PUBLIC):
            self._hidden_item(kind, owner, state)
        self._shy_guest()
        self._broken_photo()
        self._favourites()
        self._events()
        self._tags()
        self._takedowns()
        self._claims()
        self._merges()
        self._elsewhere()

    def _elsewhere(self) -> None:
        """What pages elsewhere say, what their authors ask for, and what is found on somebody's blog."""

        def found(state: str, *readers: str) -> Found:
            said = {
                name: self.secret(f"{name} of a {state} mention", *readers) for name in ("title", "excerpt")
            }
            return Found(author=self.secret(f"author of a {state} mention", *readers), **said)

        text, host = self.of("linked text")[0], "blog.example.org"
        for state, readers in (("waiting", ["moderator"]), ("rejected", []), ("withdrawn", [])):
            source = f"https://{host}/{self.secret(f'address of a {state} mention', *readers)}"
            said = found(state, *readers)
            mention = Webmention.take(text.pk, source=source, key=source, host=host, found=said)
            if state == "rejected":
                mention.reject(by=self.moderator, reason=Reason.ADVERT)
            elif state == "withdrawn":
                mention.lose()
            self.add("mention elsewhere", state, mention)
        note = self.secret("note on a claim to a text", "moderator", "outsider")
        claim = TextClaim.ask(text, self.people["outsider"], wish="credit", way="moderator", note=note)
        self.add("text claim", "active", claim, "outsider")
        gone = OptOut.objects.create(
            key=f"https://{host}/{self.secret('page not to be listed', 'moderator')}"
        )
        self.add("opt-out", "active", gone)
        title = self.secret("title of a watched blog", "owner")
        address = f"https://{host}/{self.secret('address of a watched blog')}"
        feed = BlogFeed.objects.create(user=self.people["owner"], event=self.event, url=address, title=title)
        title = self.secret("title of a post of a watched blog", "owner")
        address = f"https://{host}/{self.secret('address of a post of a watched blog', 'owner')}"
        post = FeedPost.objects.create(feed=feed, url=address, url_key=address, title=title)
        self.add("watched blog", "active", feed, "owner")
        self.add("post of a blog", "active", post, "owner")

    def _takedowns(self) -> None:
        """What strangers asked to have removed: their words are for moderators, their address for nobody."""
        photos = [thing for thing in self.things if (thing.sort, thing.state) == ("photo", "public")]
        for number, thing in enumerate(photos):
            asked = Takedown.objects.create(
                contribution_id=thing.value.pk,
                reason=Takedown.Reason.CREDIT,
                note=self.secret(f"words of request {number} for removal", "moderator"),
                email=f"{self.secret(f'address of request {number} for removal')}@example.org",
            )
            self.add("takedown", "waiting", asked)

    def _claims(self) -> None:
        """That somebody says a page is theirs, and where the person can be asked: no page tells the address."""
        address = f"{self.secret('address of a person for claims')}@example.org"
        Person.objects.filter(pk=self.speaker.pk).update(contact_email=address)
        note = self.secret("words to moderators about a claim", "moderator")
        claim = Claim.ask(self.speaker, self.people["owner"], Claim.Way.MODERATOR, note=note)
        self.add("claim", "waiting", claim, "owner")

        NameRequest.objects.create(
            person=self.speaker,
            note=self.secret("words of a request to remove a name", "moderator"),
            email=f"{self.secret('address of a request to remove a name')}@example.org",
        )

    def _merges(self) -> None:
        """What became one: what the one was called is told to moderators only, and by no address."""
        by = GuestVisitor(Guest.objects.create(name="somebody else").pk)
        title = self.secret("title of what became part of another", "moderator")
        one, other = make_talk(self.event, by, title=title), make_talk(self.event, by, title="Of two one")
        one.merge_into(other, by=self.moderator)
        self.add("merge", "waiting", one.merges.get())
        person = Person.objects.create(
            name=self.secret("name of somebody who was found to be another", "moderator")
        )
        merge = PersonMerge.make(person, self.speaker, by=self.moderator)
        self.add("merge of people", "waiting", merge)

    def _hidden_item(self, kind: str, owner: str, state: str) -> None:
        # Organisers review the photos of their events.
        reviewers = ("organiser", "moderator") if (kind, state) == ("photo", "waiting") else ("moderator",)

        def word(field: str, *readers: str) -> str:
            return self.secret(
                f"{field} of a {state} {kind} of the {owner}", *(readers or (owner, *reviewers))
            )

        fields: dict[str, Any] = {"title": word("title")}
        if kind == "recap" and owner == "guest":
            fields |= {"url": f"https://example.org/{word('link')}"}
        elif kind == "recap":
            fields |= {"body": f"# {word('heading')}\n\n{word('text')}", "disclosure": word("disclosure")}
        elif kind == "talk":
            fields |= {name: word(name) for name in ("why", "description")}
            fields |= {"video_url": f"https://example.org/{word('video')}"}
        else:
            fields |= {"alt": word("alt"), "batch": uuid.uuid4()}
        person = Person.objects.create(
            name=f"Somebody {word('name of a person')}",
            bio=word("bio of a person", "moderator"),
            links=[f"https://example.org/{word('link of a person', 'moderator')}"],
        )
        self.add("person", "hidden", person)
        self.add("speaker", "hidden", person)
        item: Contribution = MAKERS[kind](
            self.colocated,
            self.people[owner],
            tags=["kubernetes", word("tag")],
            credit=[self.speaker, person],
            **fields,
        )
        item._set_related([self.of("talk", "public")[0].pk])
        if state == "rejected":
            item.reject(by=self.moderator, reason=Reason.OTHER, note=word("note to the owner"))
        elif state == "withdrawn":
            item.withdraw(by=self.people[owner])
        elif state != "waiting":
            item.publish(by=self.moderator)
        if state == "hidden":
            item.hide(by=self.moderator, reason=Reason.PRIVACY, note=word("note to the owner"))
        if state == "preparing":
            item.break_down("")
        if kind == "talk":
            # On lists that have an address for programs: there it shows to nobody.
            for role in ("owner", "moderator"):
                Watched.put(item, by=self.people[role])
        self.add(kind, state, item, owner)

    def _shy_guest(self) -> None:
        name = self.secret("name of a guest", "moderator")
        email = f"{self.secret('e-mail of a guest')}@example.org"
        guest = Guest.objects.create(name=name, email=email)
        make_talk(self.event, GuestVisitor(guest.pk), title="Of somebody shy")

    def _broken_photo(self) -> None:
        photo = MAKERS["photo"](self.event, self.people["owner"])
        photo.break_down(self.secret("what is wrong with a photo", "owner", "organiser", "moderator"))

    def _edited_and_once_rejected(self) -> None:
        owner = self.people["owner"]

        def word(place: str) -> str:
            return self.secret(place, "owner", "moderator")

        gone = Person.objects.create(name=word("name credited by an old version"))
        talk = make_talk(
            self.event,
            owner,
            title=word("title of an old version"),
            credit=[gone],
            tags=[word("tag of an old version")],
        )
        note = word("note of a decision that was taken back")
        talk.reject(by=self.moderator, reason=Reason.UNCLEAR, note=note)
        talk.title = "Second words"
        talk.edit(by=owner)
        # The owner is told by a notification and an e-mail, and the talk is public now.
        talk.publish(by=self.moderator, note=word("note of a publication"))
        self.add("talk", "public", talk, "owner")
        told = owner.notifications.first()
        self.add("notification", "unread", told, "owner")

    def _renamed(self) -> None:
        """Somebody whom old versions, texts and a recommendation named: nobody reads the old name any more."""
        from community.mentions import settle_notifications, settle_saved_versions, settle_texts
        from discussion.recommended import settle_mentions

        name, handle = self.secret("name that somebody gave up"), self.secret("handle that somebody gave up")
        person = Person.objects.create(name=name, handle=handle, links=["https://example.org/old"])
        talk = make_talk(
            self.event, self.people["owner"], title="Of many names", credit=[person], why=f"@{handle} knows"
        )
        talk.publish(by=self.moderator)
        talk.description = f"With @{handle}."
        talk.edit(by=self.people["owner"], credit=[person])
        talk.publish(by=self.moderator)
        given = Favourite.give(talk, by=self.people["outsider"], reason=f"@{handle} shows it")
        given.publish(by=self.moderator)
        person.rename("Of Another Name", "of-another-name")
        settle_texts(0, 100), settle_saved_versions(0, 100), settle_mentions(0, 100)
        settle_notifications(0, 100)
        self.add("talk", "public", talk, "owner")
        self.add("person", "public", person)
        self.add("old handle", "public", handle)

    def _favourites(self) -> None:
        # One on each thing, so that an address tells whose it is.
        on = self.of("recap", "public") + self.of("photo", "public")
        for (owner, state), target in zip(
            itertools.product(OWNERS, ["waiting", "rejected"]), on, strict=True
        ):
            # Once it is turned down, only who wrote it still reads it.
            readers = [owner] if state == "rejected" else [owner, "moderator"]
            reason = self.secret(f"reason of a {state} recommendation of the {owner}", *readers)
            given = Favourite.give(target, by=self.people[owner], reason=reason)
            if state == "rejected":
                # In the log of moderators, and in what its owner is told: a guest is told by e-mail only.
                readers = ["moderator", *([owner] if owner == "owner" else [])]
                note = self.secret(f"note on a recommendation of the {owner}", *readers)
                given.reject(by=self.moderator, reason=Reason.ADVERT, note=note)
            self.add("favourite", state, given, owner)

    def _comments(self) -> None:
        states = ["waiting", "rejected", "hidden", "withdrawn"]
        on = {"owner": self.of("recap", "public")[1], "guest": self.of("talk", "public")[0]}
        for owner, state in itertools.product(OWNERS, states):

            def word(place: str, owner: str = owner, state: str = state) -> str:
                readers = () if state == "withdrawn" else (owner, "moderator")
                return self.secret(f"{place} of a {state} comment of the {owner}", *readers)

            by = self.people[owner]
            said = Comment.say(on[owner], by=by, body=word("former words"))
            said.edit(word("words"), by=by, version=1)
            if state in ("hidden", "withdrawn"):
                # Whoever added the thing was told, meanwhile.
                said.publish(by=self.moderator)
            if state == "rejected":
                said.reject(by=self.moderator, reason=Reason.OTHER)
            elif state == "hidden":
                said.hide(by=self.moderator, reason=Reason.OTHER)
            elif state == "withdrawn":
                said.withdraw(by=by)
            self.add("comment", state, said, owner)

    def _events(self) -> None:
        for state in ("waiting", "rejected"):

            def word(field: str, state: str = state) -> str:
                return self.secret(f"{field} of a {state} event", "owner", "moderator")

            series = Series.objects.create(name=word("series"), description=word("description of the series"))
            texts = ("venue", "city", "country", "description", "photo_policy")
            links = ("website", "discussion_url", "code_of_conduct_url")
            event = Event(
                name=f"{SECRET.title()} Conference {word('name')}",
                series=series,
                starts_on=self.event.starts_on,
                ends_on=self.event.ends_on,
                **{field: word(field) for field in texts},
                **{field: f"https://example.org/{word(field)}" for field in links},
            )
            event.propose(by=self.people["owner"])
            event.days.update(theme=word("theme of a day"))
            set_event_tags(event, ["kubernetes", word("tag")], by=self.people["owner"])
            if state == "rejected":
                event.reject(by=self.moderator, reason=Reason.UNCLEAR, note=word("note"))
            self.add("event", state, event, "owner")
            # An event that is public no more; nobody reads the label of its link.
            link = UploadLink.objects.create(
                event=event, label=self.secret("label of a link that is nowhere")
            )
            self.add("photo link", state, link, "owner")
            self.add("series", "waiting", series, "owner")
        part = Event(
            name=self.secret("name of a waiting part of a public event", "owner", "moderator"),
            parent=self.event,
            series=self.event.series,
            starts_on=self.event.starts_on,
            ends_on=self.event.starts_on,
        )
        part.propose(by=self.people["owner"])
        self.add("event", "waiting", part, "owner")

    def _tags(self) -> None:
        owner = self.people["owner"]
        public = self.of("talk", "public")[0]
        words = {state: self.secret(f"{state} tag", "owner", "moderator") for state in ("refused", "meant")}
        words["meaning it"] = self.secret("tag meaning a refused one", "moderator")
        proposed = self.secret("proposed tag", "owner", "moderator")
        by_guest = self.secret("tag that a guest proposed", "guest", "moderator")
        # Not by an edit: that is something that everybody may see.
        public._set_tags(["kubernetes", proposed, words["refused"], words["meant"]], owner)
        found = {tag.name: tag for tag in Tag.objects.all()}
        self.add("tag", "proposed", found[proposed], "owner")
        for name in ("refused", "meant"):
            found[words[name]].accept(by=self.moderator)
        # A synonym of a word that has been refused since.
        meaning = Tag.objects.meant_by([words["meaning it"]])[0]
        meaning.accept(by=self.moderator)
        meaning.merge_into(found[words["meant"]], by=self.moderator)
        found[words["meant"]].refuse(by=self.moderator)
        found[words["refused"]].refuse(by=self.moderator)
        self.add("tag", "refused", found[words["refused"]])
        self.add("lost synonym", "synonym", meaning)
        recap = next(
            t.value for t in self.things if (t.sort, t.state, t.owner) == ("recap", "public", "guest")
        )
        recap._set_tags(["kubernetes", by_guest], self.people["guest"])


def routes() -> Iterator[tuple[str, str, Any]]:
    """Yield every address that the site answers: the name of its route, its pattern, its view."""

    def walk(
        resolver: Any, prefix: str = "", namespaces: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, str, Any]]:
        for pattern in resolver.url_patterns:
            path = f"{prefix}{pattern.pattern}"
            if isinstance(pattern, URLResolver):
                inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
                yield from walk(pattern, path, inside)
            else:
                yield ":".join((*namespaces, pattern.name or path)), path, pattern.callback

    yield from walk(get_resolver())


class Terse:
    """The site, which draws no page for what is not there: thousands of them would be drawn for their number."""

    def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: N805 - a view
        return HttpResponseNotFound()

    handler404 = not_there
    urlpatterns = [path("", include("config.urls"))]


@pytest.fixture(scope="module")
def world(module_db: None) -> World:
    """All of it, for whole files that walk through it and change nothing that stays."""
    world = World()
    world.build_public()
    world.build_hidden()
    world.draw_cards()
    return world
