"""Every whole page of the site, once: asked for in the small world in which something is in every state, and kept as it
was answered, so that browsers and checkers can look at it without a site behind it.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.urls import include, path

from bench.crawl import Answer, crawl
from community.views.missing import PersonLinkForm
from people import signin
from people.setup import setup_link
from photos.link_forms import PinForm
from talks.private_words import PrivateWordForm
from tests.cast import client_of
from tests.route_table import addresses
from tests.world import World, routes

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ROLES = ["stranger", "owner", "organiser", "moderator"]


@dataclasses.dataclass(frozen=True)
class Page:
    """An answer that was a page: who asked for what, what stood in it, which templates made it."""

    role: str
    address: str
    status: int
    body: bytes
    policy: str
    templates: frozenset[str]

    def __str__(self) -> str:
        return f"{self.address} as {self.role}"


def whole_pages() -> set[str]:
    """Return the names of the templates that are pages, and of what these extend; the rest are parts of pages.
    The admin's are left out."""
    found = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    return {
        name
        for name, text in found.items()
        if ("{% extends" in text or "<html" in text)
        and "/mail/" not in name
        and not name.startswith(("allauth/", "admin/"))
    }


def page_of(response: Any, role: str, address: str) -> Page | None:
    if not response.get("Content-Type", "").startswith("text/html") or response.status_code in (301, 302):
        return None
    return Page(
        role,
        address,
        response.status_code,
        response.content,
        response.get("Content-Security-Policy", ""),
        frozenset(template.name for template in response.templates if template.name),
    )


def ask_for_all(world: World) -> Iterator[Page | None]:
    """Yield each page that the table of routes knows, about the first thing of its sort that shows to each role, and
    each form that was sent with nothing in it.
    """
    for role in ROLES:
        browser, asked = world.client(role), set()
        for name, rule, thing, address in addresses(world):
            about = (name, id(rule), rule.answer(role, thing))
            if about not in asked and about[2] in (rule.good, 410):
                asked.add(about)
                yield page_of(browser.get(address, rule.data), role, address)
        for name, pattern, _view in routes():
            if name.startswith(("account_", "mfa_")) and "<" not in pattern:
                yield page_of(browser.get(f"/{pattern}"), role, f"/{pattern}")
    sent = set()
    for name, rule, thing, address in addresses(world, "post"):
        form = (name, thing.sort)
        if rule.good in (200, 422) and form not in sent and rule.answer("moderator", thing) == rule.good:
            sent.add(form)
            with transaction.atomic():
                yield page_of(
                    world.client("moderator").post(address, rule.data), "moderator", f"POST {address}"
                )
                transaction.set_rollback(True)


def ask_for_the_rest(world: World) -> Iterator[Page | None]:
    """Yield the pages that only a way through the site leads to."""
    browser = Client(raise_request_exception=False)
    yield page_of(browser.get("/nothing/here/"), "stranger", "/nothing/here/")
    yield page_of(browser.get("/", headers={"host": "elsewhere.example"}), "stranger", "/")
    refused = Client(enforce_csrf_checks=True).post("/accounts/login/code/", {"email": "a@example.org"})
    yield page_of(refused, "stranger", "/accounts/login/code/")
    yield page_of(
        browser.post("/accounts/login/", {"login": "x@example.org"}, follow=True),
        "stranger",
        "/accounts/code/",
    )
    yield page_of(browser.get(urlsplit(setup_link() or "/").path), "stranger", "/setup/")
    yield page_of(world.client("staff").get("/styleguide/"), "staff", "/styleguide/")
    yield from (
        page_of(shown(template, context, world.people["owner"]), "owner", f"/{template}")
        for template, context in by_hand(world)
    )


class KeyForm(forms.Form):
    """As the forms of passkeys, which want a sign-in that is under way."""

    name = forms.CharField()
    credential = forms.CharField(widget=forms.HiddenInput)


class Shown:
    """The site with one more address, which shows one template."""

    template, context = "", {}

    def shows(request: HttpRequest) -> HttpResponse:  # noqa: N805 - a view
        return render(request, Shown.template, Shown.context)

    urlpatterns = [path("shown/", shows), path("", include("config.urls"))]


def shown(template: str, context: dict[str, Any], user: Any) -> Any:
    """Return the answer of a view that shows a template to a member."""
    Shown.template, Shown.context = template, context
    with override_settings(ROOT_URLCONF=Shown):
        return client_of(user).get("/shown/")


def by_hand(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the templates whose views want a key, a mail or many requests first, with what their views give them."""
    event, owner = world.event, world.people["owner"]
    key = {"form": KeyForm(), "js_data": {}}
    code = {"form": signin.ConfirmLoginCodeForm(code="x"), "email": "a@example.org"}
    talk, claim = world.of("talk", "public")[0], world.of("claim")[0]
    row = world.of("video list")[0]
    yield "429.html", {}
    yield "500.html", {}
    yield "account/signup_closed.html", {}
    yield "account/confirm_email_verification_code.html", code
    yield "account/confirm_password_reset_code.html", code
    yield "account/password_change.html", {"form": signin.ChangePasswordForm(user=owner)}
    yield (
        "account/password_reset_from_key.html",
        {"form": signin.ResetPasswordKeyForm(user=owner), "action_url": "/"},
    )
    ways = [{"url": "/accounts/reauthenticate/", "description": "Use a passkey"}]
    yield (
        "account/reauthenticate.html",
        {"form": signin.ReauthenticateForm(user=owner), "reauthentication_alternatives": ways},
    )
    yield "mfa/reauthenticate.html", {"form": signin.ReauthenticateForm(user=owner)}
    for name in ("add_form", "reauthenticate", "signup_form"):
        yield f"mfa/webauthn/{name}.html", key
    yield "mfa/webauthn/edit_form.html", {"form": KeyForm()}
    yield "mfa/webauthn/authenticator_confirm_delete.html", {"authenticator": {"wrap": {"name": "A key"}}}
    yield "community/claim_link.html", {"claim": claim, "person": claim.person}
    yield "community/home_older.html", {}
    yield "community/person_link.html", {"person": world.speaker, "form": PersonLinkForm({}), "event": event}
    fields = [
        {"name": "title", "value": "Words", "is_long": False},
        {"name": "body", "value": "More", "is_long": True},
    ]
    yield (
        "community/send_again.html",
        {"title": "Again", "reason": "So.", "fields": fields, "action": "/", "had_files": True},
    )
    yield "discussion/webmention_taken.html", {"item": talk}
    yield "events/acceptance.html", {"event": event}
    yield "events/last_organiser.html", {"event": event, "organiser": event.organisers.first()}
    yield "people/unsubscribing.html", {"mails": SimpleNamespace(about=["comments", "news"], on_site=True)}
    yield (
        "photos/archive_busy.html",
        {"gallery": SimpleNamespace(url=event.get_absolute_url()), "event": event},
    )
    yield "photos/link_pin.html", {"form": PinForm(link=world.of("photo link")[0]), "event": event}
    yield "recaps/claim_proof.html", {"claim": world.of("text claim")[0]}
    yield "talks/private_word.html", {"item": talk, "form": PrivateWordForm(user=owner)}
    yield "talks/video_list.html", {"event": event, "row": row}


def walk(world: World, role: str) -> Iterator[tuple[str, int, Page | None]]:
    """Yield what links lead to from the home page, with the page on which the link stands, and how it was answered."""
    browser, kept = world.client(role), {}

    def ask(address: str) -> Answer:
        response: Any = browser.get(address)
        kept[address] = page_of(response, role, address)
        # Read to its end, what is streamed closes its files.
        body = response.getvalue()
        return Answer(
            response.status_code, response.get("Content-Type", ""), response.get("Location", ""), body
        )

    for address, found_on, answer in crawl(ask, {"http://testserver", settings.SITE_URL}):
        yield f"{address} from {found_on} as {role}", answer.status, kept.pop(address)


def every_page(world: World) -> list[Page]:
    """Return all pages, the largest first: these have most of what a page can have."""
    pages = [page for page in (*ask_for_all(world), *ask_for_the_rest(world)) if page]
    return sorted(pages, key=lambda page: -len(page.body))


def one_of_each(pages: list[Page]) -> list[Page]:
    """Return the fewest of the pages, largest first, in which every template of a whole page stands."""
    seen: set[str] = set()
    chosen = []
    for page in pages:
        if new := (page.templates & whole_pages()) - seen:
            chosen.append(page)
            seen |= new
    return chosen
