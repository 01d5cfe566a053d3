"""Every page, as machines can judge it: axe finds nothing, the HTML is right, and nothing is lost when it is narrow."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from django.db import transaction

from tests.look.pages import Page, every_page, one_of_each, walk, whole_pages
from tests.look.show import WEB, Stage
from tests.world import World

# One process asks for the pages, once.
pytestmark = [pytest.mark.xdist_group("whole pages"), pytest.mark.pages, pytest.mark.django_db]


# Where a link leads that was found on the way from the home page, and how it was answered.
Walk = list[tuple[str, int, Page | None]]


@pytest.fixture(scope="module")
def answers(django_db_setup: None, django_db_blocker: Any) -> tuple[list[Page], Walk]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        world.build_public()
        world.build_hidden()
        answered = every_page(world), [*walk(world, "stranger"), *walk(world, "owner")]
        transaction.set_rollback(True)
    return answered


@pytest.fixture(scope="module")
def pages(answers: tuple[list[Page], Walk]) -> list[Page]:
    return answers[0]


@pytest.fixture(scope="module")
def walked(answers: tuple[list[Page], Walk]) -> Walk:
    return answers[1]


def test_every_template_of_a_whole_page_is_looked_at(pages):
    assert whole_pages() - frozenset().union(*(page.templates for page in pages)) == set(), (
        "tests/look/pages.py asks for no page that these make: add it there"
    )


@pytest.mark.browser
@pytest.mark.web
def test_axe_finds_nothing_on_any_page_no_focus_is_lost_and_nothing_is_too_wide(pages, browser):
    found = {}
    stage = Stage(browser)
    for kept in one_of_each(pages):
        stage.show(kept)
        if other := stage.focus_after_errors():
            found[f"the focus on {kept}"] = [other]
        if faults := [*stage.axe_finds(), *stage.lost_focus(), *stage.too_wide()]:
            found[str(kept)] = faults
    stage.close()
    assert found == {}, json.dumps(found, indent=1)


def test_every_link_from_the_home_page_on_leads_somewhere(walked):
    assert len(walked) > 200
    assert [f"{where}: {status}" for where, status, _page in walked if status >= 400] == []


@pytest.mark.web
def test_the_html_of_every_page_is_right(pages, walked, tmp_path):
    asked = {(page.role, page.address) for page in pages}
    pages = [*pages, *(page for *_, page in walked if page and (page.role, page.address) not in asked)]
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(page.body)
    checker = WEB / "vnu-jar" / "build" / "dist" / "vnu.jar"
    options = ["--errors-only", "--format", "json", "--exit-zero-always"]
    java = shutil.which("java") or "java"
    said = subprocess.run(
        [java, "-Xss4m", "-jar", checker, *options, tmp_path], capture_output=True, check=True
    )
    wrong = [
        f"{pages[int(one['url'].rpartition('/')[2].removesuffix('.html'))]}: {one['message']} {one.get('extract')}"
        for one in json.loads(said.stderr)["messages"]
    ]
    assert wrong == [], "\n".join(wrong)
