"""The style guide shows staff what pages are made of, with the templates that pages use."""

import re

import pytest
from django.conf import settings

from tests.cast import client_of

pytestmark = pytest.mark.django_db
ADDRESSES = ["/styleguide/", "/styleguide/dark/", "/styleguide/light/"]


@pytest.fixture
def staff(member):
    member.is_staff = True
    member.save()
    return client_of(member)


@pytest.mark.parametrize("address", ADDRESSES)
def test_for_all_others_it_is_not_there(address, moderator, staff):
    assert [client_of(who).get(address).status_code for who in (None, moderator)] == [404, 404]
    assert staff.get(address).status_code == 200


def test_every_icon_and_every_colour_stands_there(staff):
    page = staff.get("/styleguide/").content.decode()
    names = re.findall(r'<symbol id="([a-z-]+)"', (settings.BASE_DIR / "static/img/icons.svg").read_text())
    assert [name for name in names if f"<code>{name}</code>" not in page] == []
    colours = set(re.findall(r'fill="var\(--([a-z-]+)\)"', page))
    assert {"paper", "ink", "ink-soft", "accent", "wash", "marker", "bad", "bad-wash"} - colours == set()
    assert [page.count(f'<article class="{one}"') for one in ("card", "card is-waiting")] == [5, 1]


def test_it_asks_nothing_about_what_people_added(staff, event, django_assert_num_queries):
    # Session, member, and what the header says of them.
    with django_assert_num_queries(3):
        staff.get("/styleguide/")


def test_a_theme_holds_whatever_the_system_says(staff):
    page = staff.get("/styleguide/?theme=dark").content.decode()
    assert (page.count('href="/styleguide/dark/"'), page.count("nonsense")) == (1, 0)
    sheet = staff.get("/styleguide/dark/").content.decode()
    assert ("prefers-color-scheme" in sheet, "color-scheme: dark" in sheet) == (False, True)
    assert 'href="/styleguide/nonsense/"' not in staff.get("/styleguide/?theme=nonsense").content.decode()


CSS = settings.BASE_DIR / "static/css"
COMPONENTS = sorted(path for folder in ("components", "forms") for path in (CSS / folder).glob("*.css"))


def own_name(sheet):
    """The class that a component is called by: its file's name, else the first one; an element where it has none."""
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    classes = re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", rules))
    if not classes:
        return "element", rules.split()[0]
    return "class", sheet.stem if sheet.stem in classes else classes[0]


def test_every_component_is_shown(staff):
    page = staff.get("/styleguide/").content.decode()
    classes = {name for names in re.findall(r'\sclass="([^"]*)"', page) for name in names.split()}
    # “video” is shown by its “video-door”.
    shown = {
        "class": classes | {name.partition("-")[0] for name in classes},
        "element": set(re.findall(r"<([a-z]+)", page)),
    }
    names = {sheet.stem: own_name(sheet) for sheet in COMPONENTS}
    assert [stem for stem, (sort, name) in names.items() if name not in shown[sort]] == []
    # What stands in a list of its own is found, too: with another file this test would have failed.
    assert names["mosaic"] == ("class", "mosaic")
    assert names["dialog"] == ("element", "dialog")
