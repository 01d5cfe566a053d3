"""Every page, as machines can judge it: axe finds nothing, the HTML is right, and nothing is lost when it is narrow."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from django.db import transaction

from tests.look.pages import Page, every_page, one_of_each, whole_pages
from tests.look.show import WEB, axe_finds, stage, too_wide
from tests.world import World

# One process asks for the pages, once.
pytestmark = [pytest.mark.xdist_group("whole pages"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> list[Page]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        world.build_public()
        world.build_hidden()
        answered = every_page(world)
        transaction.set_rollback(True)
    return answered


def test_every_template_of_a_whole_page_is_looked_at(pages):
    assert whole_pages() - frozenset().union(*(page.templates for page in pages)) == set(), (
        "tests/look/pages.py asks for no page that these make: add it there"
    )


@pytest.mark.browser
@pytest.mark.web
def test_axe_finds_nothing_on_any_page_light_or_dark_and_none_is_too_wide(pages, browser):
    found = {}
    page, show = stage(browser)
    for kept in one_of_each(pages):
        show(kept)
        if faults := [*axe_finds(page), *too_wide(page)]:
            found[str(kept)] = faults
    page.context.close()
    assert found == {}, json.dumps(found, indent=1)


@pytest.mark.web
def test_the_html_of_every_page_is_right(pages, tmp_path):
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
