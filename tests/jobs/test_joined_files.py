"""The style sheet and the script of every page are many small files for whoever works on them, and one for browsers."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.management import call_command

from jobs import modules
from jobs.stylesheets import imports, join

ROOT = Path(__file__).parents[2] / "static"


def read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.fixture
def collected(settings, tmp_path):
    """Return the folder in which the files stand as they are served."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "jobs.statics.KeptAddresses"}}
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "django.contrib.admin"]
    call_command(Command(), interactive=False, verbosity=0)
    return settings.STATIC_ROOT


def test_what_is_imported_stands_in_its_layer_and_leads_where_it_led():
    files = {
        "css/site.css": '/* why */\n@layer a, b;\n@import url("one/two.css") layer(b);\n@import url("three.css");\n',
        "css/one/two.css": '/* why */\nb { background: url("../../img/x.svg#y") }\n',
        "css/three.css": '@import url("four.css");\nc { background: url("data:,") }\n',
        "css/four.css": "d {}\n",
    }
    assert join("css/site.css", files.__getitem__) == (
        '@layer a, b;\n@layer b {\nb { background: url("../img/x.svg#y") }\n}\nd {}\nc { background: url("data:,") }\n'
    )


def test_every_small_file_is_part_of_the_one_or_linked_by_a_page():
    whole = {f"css/{name}" for name in imports(read("css/site.css"))} | {"css/site.css"}
    templates = ROOT.parent / "templates"
    linked = {
        name
        for page in templates.rglob("*.html")
        for name in re.findall(r'static "(css/[^"]+)"', page.read_text())
    }
    assert {str(one.relative_to(ROOT)) for one in (ROOT / "css").rglob("*.css")} == whole | linked


def test_a_page_asks_for_one_file_with_all_that_every_page_needs(collected):
    (site,) = collected.glob("css/site.????????????.css")
    text = site.read_text()
    assert ("@import" in text, text.count("@layer"), "/*" in text) == (
        False,
        read("css/site.css").count("layer(") + 1,
        False,
    )
    fonts = re.findall(r'url\("([^"]+)"\)', text)
    assert [(site.parent / font).exists() for font in fonts] == [True, True]


def test_what_a_script_imports_for_what_it_does_stands_in_a_block_of_its_own():
    files = {
        "js/site.js": '// why\nimport "./one.js";\nimport "./two.js";\n',
        "js/one.js": "const a = 1;\n",
        "js/two.js": "const a = 2;\n",
    }
    assert modules.join("js/site.js", files.__getitem__) == "// why\n{\nconst a = 1;\n}\n{\nconst a = 2;\n}\n"


def test_a_script_that_imports_itself_cannot_stand_in_another():
    files = {"js/site.js": 'import "./one.js";\n', "js/one.js": 'import { keep } from "./two.js";\n'}
    with pytest.raises(ValueError, match=r"^js/one.js imports or exports: it cannot stand in js/site.js.$"):
        modules.join("js/site.js", files.__getitem__)


def test_a_page_asks_for_one_script_with_all_that_every_page_needs(collected):
    (site,) = collected.glob("js/site.????????????.js")
    small = modules.imports(read("js/site.js"))
    assert [modules.imports(site.read_text()), len(small)] == [[], 4]
    assert [name for name in small if read(f"js/{name}") not in site.read_text()] == []
