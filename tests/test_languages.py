"""Hallway speaks French as completely as English, and German to all visitors: the catalogues, the pages, the cards."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from community.cards import store_cards
from community.models import Card
from tests.cast import client_of, make_recap

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w+[^>]*>")
# What a reader hears of an element beside its text.
SPOKEN = {"aria-label", "alt", "title", "placeholder", "data-cancel", "data-confirm"}
FRENCH = {"Accept-Language": "fr"}


def entries(language: str = "fr") -> list[dict[str, Any]]:
    """Return a catalogue's entries after the header: `flags`, `msgid`, `msgid_plural` and the list `msgstr`."""
    found = []
    catalogue = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    for block in catalogue.read_text().strip().split("\n\n")[1:]:
        entry: dict[str, Any] = {"flags": "", "msgid": "", "msgid_plural": "", "msgstr": []}
        field = ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry["flags"] += line
                continue
            keyword, quote, text = line.partition('"')
            field = keyword.strip() or field
            said = ast.literal_eval(quote + text)
            if field.startswith("msgstr"):
                if keyword:
                    entry["msgstr"].append("")
                entry["msgstr"][-1] += said
            else:
                entry[field] = entry.get(field, "") + said
        found.append(entry)
    return found


class Words(HTMLParser):
    """All that a page says: its texts, and what is spoken of its elements, each without the space around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # An option or button with a language of its own is a language's name for itself.
        self._silent = tag in ("script", "style") or (tag in ("option", "button") and "lang" in dict(attrs))
        # What sort of thing a page is, is told to programs, in their words.
        is_for_programs = ("property", "og:type") in attrs
        for name, value in attrs:
            is_spoken = name in SPOKEN or (tag == "meta" and name == "content" and not is_for_programs)
            if is_spoken and value:
                self.said.add(" ".join(value.split()))

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.add(" ".join(data.split()))


# --- The catalogue ----------------------------------------------------------------------------------------------------
def test_every_sentence_has_its_french():
    found = entries()
    assert len(found) > 800
    assert [one["msgid"] for one in found if "fuzzy" in one["flags"]] == []
    assert [one["msgid"] for one in found if not all(one["msgstr"])] == []
    assert [one["msgid"] for one in found if len(one["msgstr"]) != (2 if one["msgid_plural"] else 1)] == []


@pytest.mark.parametrize("language", ["fr", "de"])
def test_placeholders_and_markup_are_the_same_in_every_language(language):
    different = [
        one["msgid"]
        for one in entries(language)
        if all(one["msgstr"])
        and sorted(PLACEHOLDER.findall(one["msgstr"][-1]))
        != sorted(PLACEHOLDER.findall(one["msgid_plural"] or one["msgid"]))
    ]
    assert different == []


def test_french_is_set_as_the_french_set_it():
    # Straight quotes belong to markup only; before : ; ? ! and inside « » stands a space that does not break.
    straight = re.compile(r"'|(?<!=)\"(?![ >])|“|”|\.\.\.")
    loose = re.compile(r" [:;?!»]|« |[^\s\u00a0\u202f][;?!»](?!\w)|«[^\u00a0]")
    said = [text for one in entries() for text in one["msgstr"]]
    assert [text for text in said if straight.search(re.sub(r"<[^>]*>", "", text))] == []
    assert [text for text in said if loose.search(re.sub(r"<[^>]*>", "", text))] == []


def test_german_is_set_as_the_germans_set_it():
    # „ “ and ’ instead of straight ones (“me” is code), … as one character, and “du” instead of “Sie”.
    wrong = re.compile(
        r"'|(?<!=)\"(?![ >])|”(?<!=“me”)|\.\.\.|« | [,;!]| \?(?!\w)|\b(Ihnen|Ihren|Ihrem|Ihres)\b"
    )
    said = [text for one in entries("de") for text in one["msgstr"]]
    assert [text for text in said if wrong.search(re.sub(r"<[^>]*>", "", text))] == []
    assert [text for text in said if text.count("„") != text.replace("=“me”", "").count("“")] == []


def test_the_compiled_catalogue_says_what_the_written_one_says():
    with override("fr"):
        plain = [one for one in entries() if not one["msgid_plural"] and "msgctxt" not in one]
        assert [one["msgid"] for one in plain if gettext(one["msgid"]) != one["msgstr"][0]] == []
        many = [one for one in entries() if one["msgid_plural"]]
        assert [
            one["msgid"]
            for one in many
            if [ngettext(one["msgid"], one["msgid_plural"], number) for number in (0, 1, 2)]
            != [one["msgstr"][0], one["msgstr"][0], one["msgstr"][1]]
        ] == []


# --- The pages --------------------------------------------------------------------------------------------------------
def words(browser: Client, address: str, data: dict[str, str], language: str) -> set[str]:
    """Return what a page says in a language; nothing where the answer is a file."""
    response = browser.get(address, data, headers={"Accept-Language": language}, follow=True)
    is_page = response["Content-Type"].startswith("text/html")
    return Words(response.content.decode()).said if is_page else set()


def texts_in(found: Any) -> Iterator[str]:
    """The texts at any depth of what JSON holds."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list | dict):
        for part in found.values() if isinstance(found, dict) else found:
            yield from texts_in(part)


def cased(texts: set[str]) -> set[str]:
    """The texts, with a capital at the beginning too, as labels of forms have."""
    return texts | {text[:1].upper() + text[1:] for text in texts}


def test_a_page_says_which_language_it_is_in(event):
    for language in ("en", "fr", "de"):
        page = Client().get(event.get_absolute_url(), headers={"Accept-Language": language})
        assert f'<html lang="{language}"' in page.content.decode()


def test_what_a_form_refuses_is_said_in_french(event):
    page = Client().post(f"/talks/new/{event.slug}/", {"title": ""}, headers=FRENCH)
    assert page.status_code == 422
    refusal = "Tapez le titre de l’intervention, ou ce dont vous vous souvenez."
    assert refusal in Words(page.content.decode()).said


def test_every_page_offers_each_language_by_its_own_name_and_marks_the_one_it_is_in(event):
    for language, accepted in (("en", "es, pt"), ("fr", "fr-CA, en;q=0.5"), ("de", "de-AT")):
        page = Client().get(event.get_absolute_url(), headers={"Accept-Language": accepted})
        offered = re.findall(
            r'<button name="language" value="(..)" lang="(..)"( aria-current="true")?>(\w+)</button>',
            page.content.decode(),
        )
        assert [(code, lang, name) for code, lang, _current, name in offered] == [
            ("en", "en", "English"),
            ("fr", "fr", "Français"),
            ("de", "de", "Deutsch"),
        ]
        assert [code for code, _lang, current, _name in offered if current] == [language]


def test_what_a_browser_or_proxy_keeps_of_a_page_is_for_those_who_read_the_same_language(event):
    for address in ("/", event.get_absolute_url(), "/events/", "/nothing-here/"):
        varies = {name.strip() for name in Client().get(address)["Vary"].split(",")}
        assert {"Accept-Language", "Cookie"} <= varies


def test_choosing_a_language_stays_on_the_page_and_holds(event):
    browser = Client()
    here = f"http://testserver{event.get_absolute_url()}?day=2024-03-20"
    answer = browser.post("/language/", {"language": "fr"}, headers={"Referer": here})
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert '<html lang="fr"' in browser.get(here, headers={"Accept-Language": "en"}).content.decode()


def test_choosing_a_language_leads_to_no_other_site(event):
    for elsewhere in ("https://example.org/", "//example.org/"):
        answer = Client().post(
            "/language/", {"language": "fr", "next": elsewhere}, headers={"Referer": elsewhere}
        )
        assert answer["Location"] == "/"


def test_a_language_that_is_not_spoken_here_changes_nothing(event):
    browser = Client()
    browser.post("/language/", {"language": "tlh"})
    assert '<html lang="en"' in browser.get("/").content.decode()


def test_a_member_s_language_is_also_that_of_our_e_mails(member):
    client_of(member).post("/language/", {"language": "fr"})
    member.refresh_from_db()
    assert member.language == "fr"


# --- Dates ------------------------------------------------------------------------------------------------------------
def test_an_event_s_page_tells_its_days_in_french(event):
    page = Words(Client().get(event.get_absolute_url(), headers=FRENCH).content.decode()).said
    assert "19–22 mars 2024" in page
    assert "19–22 March 2024" not in page


# --- Cards ------------------------------------------------------------------------------------------------------------
def test_a_card_is_kept_in_every_language_and_each_reader_gets_theirs(event, member):
    found = make_recap(event, member, title="A long way", url="https://example.org/long", role="found")
    store_cards([found.pk])
    kept = {card.language: Words(card.html).said for card in Card.objects.filter(contribution=found)}
    assert {
        language: {"found by the member", "trouvé par the member", "gefunden von the member"} & said
        for language, said in kept.items()
    } == {
        "en": {"found by the member"},
        "fr": {"trouvé par the member"},
        "de": {"gefunden von the member"},
    }
    # The page shows the very cards that are kept, not new ones.
    for card in Card.objects.filter(contribution=found):
        card.html = card.html.replace("A long way", f"A long way in {card.language}")
        card.save()
    for language, other in (("en", "fr"), ("fr", "en")):
        page = words(Client(), event.get_absolute_url(), {}, language)
        assert f"A long way in {language}" in page
        assert f"A long way in {other}" not in page


def test_sentences_are_marked_under_a_name_by_which_they_are_gathered():
    files = [path for path in Path(settings.BASE_DIR).glob("*/**/*.py") if "tests" not in path.parts]
    aliases = {
        f"{path.name}: {alias}"
        for path in files
        if not {".venv", "var"} & set(path.parts)
        for alias in re.findall(r"gettext(?:_lazy)? as (\w+)", path.read_text())
    }
    assert {alias.partition(": ")[2] for alias in aliases} == {"_"}, aliases
