"""What would become of a topic at an event: the dry run shows it, and the job does it.

    the post that opens the topic              a write-up here, with the topic's address, by its author
    a reply of more than LONG signs            a write-up here, too
    any other reply with words of its own      a comment on the write-up that opens the topic
    a link on a line of its own, in any post   a recap elsewhere that somebody found; of a video a talk
    a picture uploaded with a post             a photo, credited to whoever posted it

A part of a post and what came of it belong together by the post's number and time (ImportedPart). Once more, a text
that nobody has edited here follows the forum's; one that somebody has edited stays; what was hidden, withdrawn or
deleted here stays away. Links that are at the event already, whoever brought them, are left as they are.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from community.models import Contribution
from community.text import MAX_LENGTH, plain_text
from discussion.models.comment import LONGEST as LONGEST_COMMENT
from events.models import Event
from links.canonical import canonical, host_label
from links.models import OptOut
from links.videos import video_at
from people.models import Person
from people.models.person import fold
from recaps.models import Recap
from talks.models import Talk

from .fetching import topic_address
from .from_html import Converted, Link, convert, name_people
from .models import ImportedPart
from .topic import Post, Topic, incomplete

State = Contribution.State
# A reply that is longer is a write-up of its own: two minutes of reading, or a little less.
LONG = 1_500
# With fewer signs than these beside them, links and pictures are all that a reply says.
FEW_WORDS = 120
LONGEST_TITLE = 200
LONGEST_SENTENCE = 90
# The words of links that say nothing about where they lead: “go here”, “this link”, and no words.
SAYS_NOTHING = re.compile(
    r"(?:(?:go|click|see|read|look|over|this|the)\s+)*(?:here|there|this|link|it|page|post)?\W*",
    re.IGNORECASE,
)
# Room for the sentence that says where the rest is.
LONGEST_BODY = MAX_LENGTH - 500


@dataclass(slots=True)
class Step:
    """A part of a post, and what becomes of it. `item` is what is here already; None where it will be new."""

    post: Post
    part: str
    title: str
    body: str = ""
    url: str = ""
    entry: ImportedPart | None = None
    item: Contribution | None = None

    @property
    def digest(self) -> str:
        """A hash of what the topic says, to see whether it says something else than the last time."""
        return hashlib.sha256("\n".join((self.title, self.url, self.body)).encode()).hexdigest()


@dataclass(slots=True)
class Plan:
    event: Event
    topic: Topic
    address: str
    write_ups: list[Step] = field(default_factory=list)
    links: list[Step] = field(default_factory=list)
    talks: list[Step] = field(default_factory=list)
    pictures: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    kept: list[Step] = field(default_factory=list)
    same: list[Step] = field(default_factory=list)
    # Here already, from somebody else.
    known: list[Step] = field(default_factory=list)
    # Hidden, withdrawn, deleted or joined with another here.
    left_out: list[Step] = field(default_factory=list)
    comments: list[Step] = field(default_factory=list)
    people: dict[str, Person | None] = field(default_factory=dict)
    new_names: dict[str, str] = field(default_factory=dict)

    @property
    def new(self) -> list[Step]:
        return [*self.write_ups, *self.links, *self.talks, *self.pictures, *self.comments]

    @property
    def opening(self) -> Contribution | None:
        """The write-up that opens the topic, new or here already; None where it is not public."""
        return next((step.item for step in self.openings), None)

    @property
    def openings(self) -> list[Step]:
        """The step that makes the write-up which opens the topic, or finds it here; empty where it is to stay away."""
        steps = [*self.write_ups, *self.changed, *self.kept, *self.same]
        return [step for step in steps if step.part == "post" and step.post.number == 1]

    @property
    def changes_nothing(self) -> bool:
        return not (self.new or self.changed)


def plan(topic: Topic, event: Event, url: str = "", *, lock: bool = False) -> Plan:
    """Return what would become of `topic` at `event`; `url` is where it stands, if that is known.

    `lock` holds the contributions that are here already until the end of the caller's transaction.
    """
    return Planner(topic, event, url, lock=lock).plan()


class Planner:
    def __init__(self, topic: Topic, event: Event, url: str, *, lock: bool) -> None:
        address = topic_address(url)
        if address and topic.slug and re.fullmatch(r"[\w-]+", topic.slug):
            site, _t, number = address.rpartition("/t/")
            address = f"{site}/t/{topic.slug}/{number}"
        self.made = Plan(event, topic, address)
        self.lock = lock
        self.entries = {
            (entry.post, entry.part): entry
            for entry in ImportedPart.objects.filter(
                event=event.main_event_id, post__in=[post.key for post in topic.posts]
            ).select_related("contribution", "comment")
        }
        self.seen: set[str] = set()

    def plan(self) -> Plan:
        topic = self.made.topic
        read = [(post, convert(post.html, self.made.address)) for post in topic.posts]
        self.find_people()
        for post, said in read:
            self.take_text(post, said)
        links = [
            self.link_step(post, link) for post, said in read for link in said.links if self.counts(link)
        ]
        self.take_links([step for step in links if not video_at(step.url)], Recap, "url_key", self.made.links)
        self.take_links([step for step in links if video_at(step.url)], Talk, "video_key", self.made.talks)
        for post, said in read:
            self.take_pictures(post, said)
        if not self.made.openings:
            # What they are about is not here any more.
            self.made.left_out += self.made.comments
            self.made.comments = []
        if words := incomplete(topic):
            topic.fault(0, words)
        return self.made

    def find_people(self) -> None:
        names = {fold(post.name): post.name for post in self.made.topic.posts}
        self.made.people = Person.objects.known_in_import(names.values())
        self.made.new_names = {key: name for key, name in names.items() if key not in self.made.people}

    # --- Texts --------------------------------------------------------------------------------------------------------

    def take_text(self, post: Post, said: Converted) -> None:
        is_first = post.number == 1
        if not is_first and said.words < LONG:
            if said.words and not self.says_by_itself(said):
                self.take_comment(post, said)
            return
        if not said.markdown:
            self.made.topic.fault(post.number, _("Nothing in it can be read as text."))
            return
        title = self.made.topic.title if is_first else title_of(said)
        address = (
            f"{self.made.address}/{post.number}" if self.made.address and not is_first else self.made.address
        )
        self.place(Step(post, "post", title, self.fitting(post, said.markdown), address), self.made.write_ups)

    def take_comment(self, post: Post, said: Converted) -> None:
        """Make a comment of a reply, once: what was said later about it here stays with it, whatever the forum says."""
        step = Step(post, "comment", self.beginning(said.markdown), shortened(said.markdown, LONGEST_COMMENT))
        step.entry = self.entries.get((post.key, "comment"))
        if step.entry is None:
            self.made.comments.append(step)
        elif step.entry.comment is None or not step.entry.comment.is_public:
            self.made.left_out.append(step)
        else:
            self.made.same.append(step)

    def beginning(self, markdown: str) -> str:
        """Return the first words of a text, for a list."""
        words = plain_text(name_people(own_words(markdown)[:1_000], {}))
        return words if len(words) <= LONGEST_SENTENCE else words[:LONGEST_SENTENCE].rpartition(" ")[0] + "…"

    def says_by_itself(self, said: Converted) -> bool:
        """Whether what a post says are its links and pictures, and hardly a word beside them."""
        shows = bool(said.pictures) or any(self.counts(link) for link in said.links)
        return shows and said.words <= FEW_WORDS

    def fitting(self, post: Post, markdown: str) -> str:
        if len(markdown) <= LONGEST_BODY:
            return markdown
        self.made.topic.fault(
            post.number, _("It is longer than a recap here can be, so its end was cut off.")
        )
        return shortened(markdown, LONGEST_BODY)

    # --- Links --------------------------------------------------------------------------------------------------------

    def counts(self, link: Link) -> bool:
        """Whether a link is what its line is there for, and leads neither here nor into the forum itself."""
        own = [settings.SITE_URL]
        if self.made.address:
            own.append("/".join(self.made.address.split("/")[:3]))
        return link.alone and not any(f"{link.url}/".startswith(f"{site}/") for site in own)

    def link_step(self, post: Post, link: Link) -> Step:
        part = "link:" + hashlib.sha256(canonical(link.url).encode()).hexdigest()[:40]
        return Step(post, part, title_of_link(link)[:LONGEST_TITLE], url=link.url)

    def take_links(self, steps: list[Step], kind: Any, column: str, new: list[Step]) -> None:
        keys = {canonical(step.url): step for step in reversed(steps)}
        at_event = kind.objects.filter(main_event=self.made.event.main_event_id, **{f"{column}__in": keys})
        here: dict[str, Contribution] = {}
        for item in at_event.order_by("pk"):
            # Of several, a public one tells; what others may not see is never added a second time.
            if getattr(item, column) not in here or item.is_public:
                here[getattr(item, column)] = item
        for key, step in keys.items():
            if OptOut.objects.covers(step.url):
                self.made.left_out.append(step)
            else:
                self.place(step, new, here.get(key))

    # --- Pictures -----------------------------------------------------------------------------------------------------

    def take_pictures(self, post: Post, said: Converted) -> None:
        for picture in said.pictures:
            part = "picture:" + hashlib.sha256(picture.url.encode()).hexdigest()[:40]
            if part not in self.seen:
                self.seen.add(part)
                self.place(Step(post, part, picture.words, url=picture.url), self.made.pictures)

    # --- Where a step goes --------------------------------------------------------------------------------------------

    def place(self, step: Step, new: list[Step], here: Contribution | None = None) -> None:
        """Put a step where it belongs: among what is new, or what is here in one way or another."""
        step.entry = self.entries.get((step.post.key, step.part))
        if step.entry is None:
            step.item = here
            known = self.made.known if here and here.is_public else self.made.left_out
            (new if here is None else known).append(step)
            return
        step.item = self.locked(step.entry.contribution)
        if step.item is None:
            # A picture may be on its way; one that could not be had is tried again. All else was deleted for good.
            tried, waits = bool(step.entry.problem), bool(step.entry.address)
            (new if tried else self.made.same if waits else self.made.left_out).append(step)
        elif not step.item.is_public and step.item.state != State.WAITING and step.item.ready:
            self.made.left_out.append(step)
        elif step.part != "post" or step.digest == step.entry.digest:
            self.made.same.append(step)
        else:
            edited = step.item.version != step.entry.version
            (self.made.kept if edited else self.made.changed).append(step)

    def locked(self, item: Contribution | None) -> Contribution | None:
        if item is None or not self.lock:
            return item
        return Contribution.objects.select_for_update(no_key=True).filter(pk=item.pk).first()


def shortened(markdown: str, longest: int) -> str:
    """Return a text that fits, cut where a paragraph or at least a word ends."""
    if len(markdown) <= longest:
        return markdown
    kept = markdown[: longest - 10]
    return (kept.rpartition("\n\n")[0] or kept.rpartition(" ")[0] or kept) + "\n\n…"


# --- Titles -----------------------------------------------------------------------------------------------------------


def title_of(said: Converted) -> str:
    """Return what to call a reply: by its first heading, or else by how it begins."""
    if said.headings:
        return said.headings[0][:LONGEST_TITLE]
    words = plain_text(name_people(own_words(said.markdown)[:2_000], {}))
    sentence = re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence.rstrip(".")
    return sentence[:LONGEST_SENTENCE].rpartition(" ")[0].rstrip(",;:–- ") + "…"


def own_words(markdown: str) -> str:
    """Return a text without what it quotes."""
    return "\n".join(line for line in markdown.split("\n") if not line.startswith(">"))


def title_of_link(link: Link) -> str:
    """Return what to call a page: what the link to it says, where that says anything."""
    return title_of_address(link.url) if SAYS_NOTHING.fullmatch(link.words.strip()) else link.words


def title_of_address(url: str) -> str:
    """Return what to call a page of which only the address is known: its last words, or its site."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    words = re.sub(r"\.\w{2,5}$", "", last).replace("_", "-").strip("-").split("-")
    host = host_label(url) or parts.netloc
    if len(words) >= 3 and all(word.isalnum() for word in words):
        sentence = " ".join(words)
        return f"{sentence[0].upper()}{sentence[1:]} ({host})"
    return f"{host}{parts.path.rstrip('/')}"
