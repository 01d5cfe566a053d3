"""What every route answers to whom, about things in every state: the table that tests walk."""

import dataclasses
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse

from photos.links import code_of
from tests.cast import MAKERS
from tests.world import ITEM_STATES, MEMBERS, SECRET, VISITORS, Thing, World

OTHER_STATES = [
    "",
    "accepted",
    "proposed",
    "refused",
    "synonym",
    "private",
    "active",
    "unread",
    "good",
    "bad",
]
ALL = frozenset([*ITEM_STATES, *OTHER_STATES])
NONE: frozenset[str] = frozenset()
PUBLIC = frozenset({"public"})
STANDING = ALL - {"withdrawn"}
STAFF = {"staff": ALL, "other": NONE}
# Always the same, so that two sites can be compared address by address.
NO_UPLOAD = uuid.UUID("5c1d6f0e-2b7a-4c43-9d0f-6a8e1b3c7d95")


@dataclasses.dataclass(frozen=True)
class Rule:
    """What a route answers about things of one sort.

    `sees` says by role in which states of the thing the answer is `good`; in all others it is `bad`. A role is looked
    up as: its own name, "owner" where the thing is its own, "member" where it is signed in, "other".
    """

    sort: str
    args: Callable[[Any], list[Any]]
    sees: dict[str, frozenset[str]]
    good: int = 200
    bad: int = 404
    # What visitors who are not signed in get, whatever they ask for: usually the way to the sign-in page.
    signed_out: int | None = None
    method: str = "get"
    data: dict[str, str] = dataclasses.field(default_factory=dict)

    def answer(self, role: str, thing: Thing) -> int:
        if role in VISITORS and self.signed_out:
            return self.signed_out
        names = [name for name in (role,) if name != "owner"]
        names += ["owner"] if thing.owner == role else []
        names += ["member", "other"] if role in MEMBERS else ["other"]
        states = next(self.sees[name] for name in names if name in self.sees)
        return self.good if thing.state in states else self.bad


def nothing(_: Any) -> list[Any]:
    return []


def pk(item: Any) -> list[Any]:
    return [item.pk]


def slug(thing: Any) -> list[Any]:
    return [thing.slug]


def handle(person: Any) -> list[Any]:
    return [person.handle]


def site(**more: Any) -> list[Rule]:
    """A page that is about the site."""
    return [Rule("site", nothing, **{"sees": {"other": ALL}, **more})]


def members(**more: Any) -> list[Rule]:
    """A page for whoever is signed in."""
    return site(**{"signed_out": 302, **more})


def of_items(args: Callable[[Any], list[Any]], *more: str, **rule: Any) -> list[Rule]:
    """One rule for each kind."""
    return [Rule(kind, args, **rule) for kind in MAKERS]


def of_links(**rule: Any) -> list[Rule]:
    """A page about one link for photos: for those who look after its event, while that is public."""
    sees = {"owner": frozenset({"good", "bad"}), "moderator": frozenset({"good", "bad"}), "other": NONE}
    sorts = ("photo link", "lost photo link")
    return [
        Rule(sort, lambda link: [link.event.slug, link.pk], sees, signed_out=302, **rule) for sort in sorts
    ]


def of_imports(**rule: Any) -> list[Rule]:
    """A page about one import of a schedule: for those who look after its event."""
    sees = {"owner": ALL, "moderator": ALL, "other": NONE}
    return [Rule("schedule import", lambda row: [row.event.slug, row.pk], sees, signed_out=302, **rule)]


def of_topics(**rule: Any) -> list[Rule]:
    """A page about one topic of a forum: for those who look after its event."""
    sees = {"owner": ALL, "moderator": ALL, "other": NONE}
    return [Rule("topic import", lambda row: [row.event.slug, row.pk], sees, signed_out=302, **rule)]


SHOWN = {"owner": ALL, "moderator": ALL, "other": PUBLIC}
ANSWERED_FOR = {"owner": ALL, "moderator": ALL, "other": NONE}
LOOKED_AFTER = {"signed_out": 302, "sees": {"owner": ALL, "moderator": ALL, "other": NONE}}
ONLY_PUBLIC = {"signed_out": 302, "sees": {"owner": PUBLIC, "moderator": PUBLIC, "other": NONE}}
MODERATORS = {"moderator": ALL, "other": NONE}
# Organisers review photos of their events, so they see those that wait.
REVIEWED = {**SHOWN, "organiser": PUBLIC | {"waiting"}}
REMOVABLE = {"moderator": PUBLIC | {"hidden"}, "other": NONE}
CLAIMABLE = {"moderator": PUBLIC | {"hidden"}, "other": PUBLIC}
# Whether it is ready to be shown does not matter.
MERGEABLE = {"moderator": PUBLIC | {"waiting", "preparing"}, "other": NONE}
REVIEWERS = {**MODERATORS, "organiser": ALL}


def of_kind(kind: str) -> dict[str, list[Rule]]:
    """The routes that each kind has."""
    change = {"owner": STANDING, "moderator": ALL, "other": NONE}
    return {
        f"{kind}s:detail": [Rule(kind, pk, REVIEWED if kind == "photo" else SHOWN)],
        f"{kind}s:edit": [Rule(kind, pk, change), Rule(kind, pk, change, good=422, method="post")],
        f"{kind}s:add": [
            Rule("event", slug, {"other": PUBLIC}),
            Rule("event", slug, {"other": PUBLIC}, good=422, method="post"),
        ],
    }


ROUTES: dict[str, list[Rule]] = {
    **of_kind("recap"),
    **of_kind("talk"),
    **of_kind("photo"),
    "talks:links": [
        Rule("talk", pk, {"other": PUBLIC}),
        Rule("talk", pk, {"other": PUBLIC}, good=422, method="post"),
    ],
    # Nobody in the world has brought any (tests/talks/test_bringing.py).
    "talks:link_withdrawal": [Rule("talk", pk, {"other": NONE}, method="post")],
    "talks:suggestions": site(data={"q": SECRET}),
    # None of these has a picture: tests/talks/test_picture.py has some that do.
    "talks:picture": [Rule("talk", pk, {"other": NONE})],
    "photos:file": [Rule("photo", lambda photo: [photo.file_key, 320], REVIEWED)],
    "photos:picture": [Rule("photo", pk, REVIEWED)],
    "photos:words": [Rule("photo", pk, REVIEWED)],
    # None of these has an original: tests/photos/test_download.py has some that do.
    "photos:download": [Rule("photo", pk, {"other": NONE})],
    # In this world nobody publishes directly but moderators; organisers look after its events.
    "photos:description": [
        Rule("photo", pk, {"organiser": PUBLIC, "moderator": PUBLIC, "other": NONE}, signed_out=302),
        Rule(
            "photo",
            pk,
            {"organiser": PUBLIC, "moderator": PUBLIC, "other": NONE},
            signed_out=302,
            method="post",
            good=422,
        ),
    ],
    "photos:blur": [
        Rule("photo", pk, {"owner": STANDING, "moderator": ALL, "other": NONE}),
        Rule("photo", pk, {"owner": STANDING, "moderator": ALL, "other": NONE}, good=422, method="post"),
    ],
    # None of these moves: tests/photos/test_film.py has one that does.
    "photos:moving": [Rule("photo", lambda photo: [photo.file_key, "gif"], {"other": NONE})],
    "photos:preparation": [
        Rule("photo", pk, {"owner": STANDING, "moderator": ALL, "other": NONE}, method="post", good=302)
    ],
    "photos:batch": [Rule("photo", lambda photo: [photo.batch], {"owner": STANDING, "other": NONE})],
    # Spoken by programs; a page that is asked for there is not one.
    "photos:uploads": [
        Rule("event", slug, {"other": PUBLIC}, good=405),
        Rule("event", slug, {"other": PUBLIC}, good=412, method="post"),
    ],
    # Which uploads there are is not told: whoever has no id of one gets the same answer for all.
    "photos:upload": [Rule("event", lambda event: [event.slug, NO_UPLOAD], {"other": PUBLIC}, good=405)],
    "photos:entrance": [
        Rule("photo link", lambda link: [code_of(link)], {"other": frozenset({"good"})}, good=302),
        Rule("lost photo link", lambda link: [code_of(link)], {"other": NONE}, bad=410),
    ],
    "photos:links": [
        Rule("event", slug, **ONLY_PUBLIC),
        Rule("event", slug, **ONLY_PUBLIC, method="post", good=422),
    ],
    "photos:wall_link": [Rule("event", slug, **ONLY_PUBLIC, method="post", good=302)],
    "photos:revocation": of_links(method="post", good=302),
    "photos:return_of_link": of_links(method="post", good=302),
    "photos:poster": of_links(),
    "photos:slide": of_links(),
    "recaps:quick": [
        Rule("event", slug, {"other": PUBLIC}),
        Rule("event", slug, {"other": PUBLIC}, good=422, method="post"),
    ],
    "photos:pictures": [
        Rule("event", slug, {"other": PUBLIC}),
        Rule("event", slug, {"other": PUBLIC}, good=422, method="post"),
    ],
    "photos:archive": [Rule("event", slug, {"other": PUBLIC})],
    "photos:wall": [Rule("event", slug, {"other": PUBLIC})],
    "photos:wall_items": [Rule("event", slug, {"other": PUBLIC})],
    # Schedules, for whoever looks after the event
    "schedules:imports": [
        Rule("event", slug, **ONLY_PUBLIC),
        Rule("event", slug, **ONLY_PUBLIC, method="post", good=422),
    ],
    "schedules:import": of_imports(),
    **{
        f"schedules:{name}": [Rule("event", slug, {"other": PUBLIC})]
        for name in ("xml", "json", "event_calendar")
    },
    "videos:bring": [
        Rule("event", slug, **ONLY_PUBLIC),
        Rule("event", slug, **ONLY_PUBLIC, method="post", good=422),
    ],
    "videos:fetched": [
        Rule("video list", lambda row: [row.event.slug, row.pk], **LOOKED_AFTER),
    ],
    "videos:acceptance": [Rule("event", slug, **ONLY_PUBLIC, method="post", good=302)],
    "schedules:tag_calendar": [
        Rule("tag", slug, {"other": frozenset({"accepted"})}),
        Rule("synonym", slug, {"other": NONE}),
    ],
    "schedules:places": of_imports(method="post", good=302),
    "schedules:confirmation": of_imports(method="post", good=302),
    "forum:imports": [
        Rule("event", slug, **ONLY_PUBLIC),
        Rule("event", slug, **ONLY_PUBLIC, method="post", good=422),
    ],
    "forum:import": of_topics(),
    "forum:confirmation": of_topics(method="post", good=302),
    # Private words to speakers: nobody in the world takes any, or has any (tests/talks/test_private_words.py).
    "talks:private_word": [
        Rule("talk", pk, {"other": PUBLIC}, good=302),
        Rule("talk", pk, {"other": PUBLIC}, good=302, method="post"),
    ],
    "talks:word_report": [Rule("talk", pk, {"other": NONE}, signed_out=302, method="post")],
    "talks:word_dismissal": [Rule("talk", pk, {"other": NONE}, signed_out=302, method="post")],
    # Watch lists
    **{
        f"watch_list:{name}": [
            Rule(
                "talk",
                pk,
                {"other": PUBLIC},
                signed_out=302,
                good=302,
                method="post",
            )
        ]
        for name in ("addition", "removal", "watched")
    },
    "watch_list:page": members(),
    "watch_list:address": members(method="post", good=302),
    # For programs: whoever knows the address reads it.
    "watch_list:feed": [Rule("watch list", lambda shown: [shown.key], {"other": ALL})],
    "watch_list:calendar": [Rule("watch list", lambda shown: [shown.key], {"other": ALL})],
    # The desk
    "moderation:queue": site(sees=REVIEWERS),
    "moderation:decisions": site(sees=REVIEWERS, method="post", good=302),
    "moderation:undo": site(sees=REVIEWERS, method="post", good=302),
    "moderation:gone_links": site(sees=MODERATORS),
    "moderation:opt_outs": site(sees=MODERATORS),
    "moderation:opt_out_lifting": [
        Rule("opt-out", pk, MODERATORS),
        Rule("opt-out", pk, MODERATORS, method="post", good=422),
    ],
    "moderation:replacement": [
        *site(sees=MODERATORS, data={"old": "https://a.example.org/", "new": "https://b.example.org/"}),
        *site(
            sees=MODERATORS,
            method="post",
            data={"old": "https://a.example.org/", "new": "https://b.example.org/"},
        ),
    ],
    "moderation:trust": [Rule("member", handle, MODERATORS, method="post", good=302)],
    "moderation:merge": [
        Rule("talk", pk, MERGEABLE),
        Rule("talk", pk, MERGEABLE, method="post", good=302),
        Rule("recap", pk, {"other": NONE}),
    ],
    "moderation:person_merge": [
        Rule("person", handle, MODERATORS),
        Rule("person", handle, MODERATORS, method="post", good=302),
    ],
    "moderation:person_removal": [
        Rule("person", handle, REMOVABLE),
        Rule("person", handle, REMOVABLE, method="post", good=422),
    ],
    "moderation:name_request": [
        Rule("person", handle, CLAIMABLE),
        Rule("person", handle, CLAIMABLE, method="post", data={"email": "no address"}, good=422),
    ],
    "moderation:merges": site(sees=MODERATORS),
    "moderation:merge_undo": [Rule("merge", pk, MODERATORS, method="post", good=302)],
    "moderation:person_merge_undo": [Rule("merge of people", pk, MODERATORS, method="post", good=302)],
    "styleguide": site(sees=STAFF),
    "styleguide_theme": [Rule("site", lambda _: ["dark"], STAFF)],
    "moderation:log": site(),
    "moderation:removal": [
        Rule("photo", pk, {"other": PUBLIC}),
        Rule("photo", pk, {"other": PUBLIC}, good=422, method="post"),
        Rule("talk", pk, {"other": NONE}),
        Rule("recap", pk, {"other": NONE}),
    ],
    "moderation:takedown": [
        Rule("takedown", lambda asked: [asked.status_address.split("/")[2]], {"other": ALL}),
        Rule("token", lambda token: [token], {"other": NONE}),
    ],
    # Recommendations
    "discussion:recommendation": [
        *of_items(pk, sees={"other": PUBLIC}),
        *of_items(
            pk,
            sees={"other": PUBLIC},
            good=302,
            method="post",
            data={"guest_name": "somebody", "reason": "so"},
        ),
    ],
    "discussion:recommendation_withdrawal": [
        Rule(
            "favourite",
            lambda given: [given.contribution_id],
            {"owner": ALL, "other": NONE},
            good=302,
            method="post",
        )
    ],
    # Who wrote a linked text, and blogs that are watched
    # None of these has a picture: tests/recaps/test_page_picture.py has one that does.
    "recaps:picture": [Rule("recap", pk, {"other": NONE})],
    "recaps:claim": [
        Rule("recap", pk, {"other": NONE}, signed_out=302),
        Rule("linked text", pk, {"other": PUBLIC}, signed_out=302),
        Rule("linked text", pk, {"other": PUBLIC}, signed_out=302, method="post", good=422),
    ],
    "recaps:claim_proof": [
        Rule("text claim", lambda claim: [claim.token], {"other": NONE}, bad=410, signed_out=302)
    ],
    "recaps:claim_withdrawal": [
        Rule("text claim", pk, {"owner": ALL, "other": NONE}, signed_out=302, method="post", good=302)
    ],
    "recaps:feeds": members(),
    "recaps:feed_add": [
        Rule("event", slug, {"other": PUBLIC}, signed_out=302),
        Rule("event", slug, {"other": PUBLIC}, signed_out=302, method="post", good=422),
    ],
    "recaps:feed_dismissal": [
        Rule("post of a blog", pk, {"owner": ALL, "other": NONE}, signed_out=302, method="post", good=302)
    ],
    "recaps:feed_removal": [
        Rule("watched blog", pk, {"owner": ALL, "other": NONE}, signed_out=302, method="post", good=302)
    ],
    # Webmentions; of blocked sites there are none (tests/discussion/test_webmentions.py).
    "discussion:webmention": [*site(), *site(method="post", good=400)],
    "discussion:webmention_rejection": [
        Rule(
            "mention elsewhere",
            pk,
            {"moderator": frozenset({"waiting"}), "other": NONE},
            good=302,
            method="post",
        )
    ],
    "discussion:blocked_sources": [*site(sees=MODERATORS), *site(sees=MODERATORS, method="post", good=422)],
    "discussion:blocked_source_removal": [Rule("recap", pk, {"other": NONE}, method="post")],
    # Comments
    "discussion:comments": [
        *of_items(pk, sees={"other": PUBLIC}),
        *of_items(
            pk, sees={"other": PUBLIC}, good=302, method="post", data={"guest_name": "somebody", "body": "so"}
        ),
    ],
    "discussion:own_comments": site(),
    "discussion:closing": of_items(pk, sees=ANSWERED_FOR, method="post", good=302),
    "discussion:opening": of_items(pk, sees=ANSWERED_FOR, method="post", good=302),
    "discussion:comment": [
        Rule("comment", pk, {"owner": STANDING, "moderator": STANDING, "other": PUBLIC}, good=302)
    ],
    "discussion:reply": [
        Rule("comment", pk, {"other": PUBLIC}),
        Rule(
            "comment",
            pk,
            {"other": PUBLIC},
            good=302,
            method="post",
            data={"guest_name": "somebody", "body": "so"},
        ),
    ],
    "discussion:comment_edit": [
        Rule("comment", pk, {"owner": STANDING, "other": NONE}),
        Rule("comment", pk, {"owner": STANDING, "other": NONE}, good=422, method="post"),
    ],
    "discussion:comment_withdrawal": [
        Rule("comment", pk, {"owner": ALL, "other": NONE}, good=302, method="post")
    ],
    "discussion:comment_return": [
        Rule("comment", pk, {"owner": frozenset({"withdrawn"}), "other": NONE}, good=302, method="post")
    ],
    "discussion:comment_history": [
        Rule("comment", pk, {"owner": STANDING, "moderator": STANDING, "other": NONE})
    ],
    "discussion:report": [
        Rule("comment", pk, {"other": PUBLIC}),
        Rule("comment", pk, {"other": PUBLIC}, good=422, method="post"),
    ],
    # Events
    "events:list": site(),
    "events:new": members(),
    "events:edit": [Rule("event", slug, **LOOKED_AFTER)],
    "events:days": [Rule("event", slug, **LOOKED_AFTER)],
    "events:organisers": [Rule("event", slug, **ONLY_PUBLIC)],
    "events:organiser_removal": [Rule("event", slug, **ONLY_PUBLIC, method="post", good=302)],
    # Whoever has no invitation does not find it.
    "events:organiser_acceptance": [Rule("event", slug, {"other": NONE}, signed_out=302)],
    "events:series": [Rule("series", slug, SHOWN)],
    # Where the kinds meet
    "community:home": site(),
    "community:about": site(),
    "community:search": site(data={"q": SECRET}),
    "community:mine": site(),
    "community:take_over": members(method="post", good=302),
    "community:tags": site(data={"q": SECRET}),
    "community:tag_suggestions": site(data={"q": SECRET}),
    "community:drafts": site(sees={"stranger": NONE, "other": ALL}, method="post", good=422, bad=403),
    "community:completions": [Rule("event", slug, {"other": PUBLIC}, data={"key": "@", "q": SECRET})],
    "community:draft_outcome": site(data={"key": str(NO_UPLOAD)}),
    # Nobody in the world has any (tests/community/test_drafts.py).
    "community:draft_removal": [Rule("recap", pk, {"other": NONE}, method="post")],
    "community:send_again": members(good=302),
    "community:previews": site(method="post", good=202, data={"url": "https://example.org/"}),
    # Whoever has not asked for one has no token of one.
    "community:preview": [Rule("token", lambda token: [token], {"other": NONE})],
    "community:tag": [
        *[
            Rule(
                "tag", slug, {"owner": ALL - {"refused"}, "moderator": ALL, "other": frozenset({"accepted"})}
            )
        ],
        Rule("synonym", slug, {"other": ALL}, good=301),
        Rule("lost synonym", slug, {"other": NONE}),
    ],
    "community:event": [Rule("event", slug, SHOWN)],
    # Pictures of links: for programs, so even their owners get none of what is not public. Photos are their own.
    "sharing:item_picture": [
        Rule("recap", pk, {"other": PUBLIC}),
        Rule("talk", pk, {"other": PUBLIC}),
        Rule("photo", pk, {"other": NONE}),
    ],
    "sharing:link": site(data={"url": "https://blog.example.org/a", "title": "A title"}),
    "sharing:manifest": site(),
    # Asked without an address.
    "sharing:oembed": site(good=400),
    # A page that no phone sent anything to.
    "photos:shared": site(method="post", good=302),
    "photos:place": [*site(), *site(method="post", good=422)],
    "sharing:event_picture": [Rule("event", slug, {"other": PUBLIC})],
    "community:follow": [Rule("event", slug, {"other": PUBLIC}, signed_out=302)],
    "community:following": [Rule("event", slug, {"other": PUBLIC}, signed_out=302, good=302, method="post")],
    "community:unfollowing": [
        Rule("event", slug, {"other": PUBLIC}, signed_out=302, good=302, method="post")
    ],
    # None of these is discussed anywhere that can be read: tests/links/test_threads.py.
    "community:discussion": [Rule("event", slug, {"other": PUBLIC})],
    "community:missing": [Rule("event", slug, {"other": PUBLIC})],
    "community:catch_up": [Rule("event", slug, {"other": PUBLIC})],
    # Which thing stands first is said in the form: tests/community/test_catch_up.py.
    **{
        f"community:{name}": [Rule("event", args, {"other": NONE}, signed_out=302, method="post")]
        for name, args in {
            "picks": slug,
            "pick_move": lambda event: [event.slug, 1],
            # Of a thing that is there a second press leads back.
            "pick_removal": lambda event: [event.slug, 10**9],
        }.items()
    },
    # Everybody here who is credited has a link, an account, or nothing public: see tests/community/test_missing.py.
    "community:person_link": [Rule("person", handle, {"other": NONE}, signed_out=302)],
    "community:event_tags": [Rule("event", slug, SHOWN)],
    "community:edit_event_tags": [Rule("event", slug, ANSWERED_FOR)],
    "community:week": [Rule("event", slug, SHOWN)],
    "community:event_people": [Rule("event", slug, SHOWN)],
    "community:widget": [Rule("event", slug, {"other": PUBLIC})],
    "community:desk": [Rule("event", slug, **LOOKED_AFTER)],
    "community:embed": [Rule("event", slug, **ONLY_PUBLIC)],
    "community:kind_list": [
        Rule("event", lambda event, name=name: [event.slug, name], SHOWN)
        for name in ("recaps", "talks", "photos")
    ],
    "community:person": [
        Rule("person", handle, SHOWN),
        Rule("old handle", lambda word: [word], {"other": ALL}, good=301),
    ],
    "community:person_part": [
        Rule("speaker", lambda one: [one.handle, "talks"], {"other": PUBLIC}),
        Rule("speaker", lambda one: [one.handle, "photos"], {"other": PUBLIC}),
        Rule("person", lambda one: [one.handle, "added"], {"other": NONE}),
    ],
    # Of people without account whose page one may see.
    "community:claim": [
        Rule("person", handle, CLAIMABLE, signed_out=302),
        Rule("person", handle, CLAIMABLE, signed_out=302, method="post", good=422),
    ],
    "community:claim_link": [Rule("token", lambda token: [token], {"other": NONE}, bad=410, signed_out=302)],
    "community:claim_withdrawal": [
        Rule("claim", pk, {"owner": ALL, "other": NONE}, signed_out=302, method="post", good=302)
    ],
    "community:withdrawal": of_items(pk, sees={"owner": ALL, "other": NONE}, method="post", good=302),
    "community:deletion": [
        *of_items(pk, sees={"owner": frozenset({"withdrawn"}), "other": NONE}),
        *of_items(pk, sees={"owner": frozenset({"withdrawn"}), "other": NONE}, method="post", good=302),
    ],
    # Whoever added something to the event finds it, whatever the event's state.
    "community:event_withdrawal": [Rule("busy event", slug, {"owner": ALL, "guest": ALL, "other": NONE})],
    "community:event_return": [
        Rule("busy event", slug, {"owner": ALL, "guest": ALL, "other": NONE}, method="post", good=302)
    ],
    "community:return": of_items(pk, sees={"owner": ALL, "other": NONE}, method="post", good=302),
    # Nobody in the world is asked what their text names (tests/recaps/test_named_talks.py).
    "community:named": of_items(lambda item: [item.pk, item.pk], sees={"other": NONE}, method="post"),
    "community:history": of_items(pk, sees=ANSWERED_FOR),
    # Accounts and guests
    "people:settings": members(),
    # Nobody in the world is credited by somebody else (tests/recaps/test_together.py).
    "community:credit_removal": [Rule("recap", pk, {"other": NONE}, method="post", signed_out=302)],
    "community:restoration": of_items(
        lambda item: [item.pk, 1],
        sees={"owner": STANDING, "moderator": ALL, "other": NONE},
        method="post",
        good=302,
    ),
    "community:name_removal": [*members(), *members(method="post", good=302)],
    "people:end_sessions": members(method="post", good=302),
    "people:notifications": members(),
    "people:read_all": members(method="post", good=302),
    "people:notification": [
        Rule("notification", pk, {"owner": ALL, "other": NONE}, signed_out=302, method="post", good=302)
    ],
    "people:notification_settings": [*members(), *members(method="post", good=422)],
    "people:mute": members(sees={"other": NONE}, method="post"),
    # Nobody in the world has muted anything (tests/people/test_mail.py).
    "people:unmute": [Rule("talk", pk, {"other": NONE}, signed_out=302, method="post")],
    "people:unsubscribing": [Rule("token", lambda token: [token], {"other": NONE}, bad=410)],
    "people:setup": [Rule("token", lambda token: [token], {"other": NONE}, bad=410)],
    "people:welcome": members(),
    "people:forget_guest": site(method="post", good=302),
    "people:guest_return": [Rule("token", lambda token: [token], {"other": frozenset({"good"})}, bad=410)],
    "set_language": site(method="post", good=302, data={"language": "en"}),
    # Health: no worker has been seen in a test.
    "jobs:healthz": site(),
    "jobs:readyz": site(good=503),
}
# What packages bring is covered by a rule for all of it: see the tests at the end.
PREFIXES = ("admin:", "account_", "mfa_")


def addresses(world: World, method: str = "get") -> Iterator[tuple[str, Rule, Thing, str]]:
    """Yield all that the table knows about: the route's name, its rule, the thing, the address."""
    for name, rules in ROUTES.items():
        for rule in rules:
            for thing in world.things:
                if thing.sort == rule.sort and rule.method == method:
                    yield name, rule, thing, reverse(name, args=rule.args(thing.value))
