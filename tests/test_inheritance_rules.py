"""The three rules that keep one table for all kinds from becoming slow or tangled (docs/architecture.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from community.kinds import kinds
from community.models import Contribution

ROOT = Path(settings.BASE_DIR)
KINDS = set(settings.KINDS)
SHARED = [
    name.name
    for name in ROOT.iterdir()
    if name.is_dir()
    and (name / "__init__.py").exists()
    and name.name not in KINDS | {"tests", "bench", "demo", "forum"}
]
WORDS = (
    {model.KIND for model in kinds()}
    | {model.slug for model in kinds()}
    | {model.__name__ for model in kinds()}
)


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def mentions_kind(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr in {"kind", "KIND"}) or (
        isinstance(node, ast.Name) and node.id == "kind"
    )


def test_the_shared_apps_are_looked_at() -> None:
    assert {"community", "config", "discussion", "events", "moderation", "people"} <= set(SHARED)


def questions(tree: ast.Module) -> list[int]:
    """The lines that compare a kind with a word, or ask isinstance of a contribution."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            constants = {
                word.value for side in sides for word in ast.walk(side) if isinstance(word, ast.Constant)
            }
            if any(map(mentions_kind, sides)) and constants & WORDS:
                found.append(node.lineno)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            asked = {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
            if asked & {model.__name__ for model in [*kinds(), Contribution]}:
                found.append(node.lineno)
    return found


def names_of_kinds(tree: ast.Module) -> list[int]:
    """The lines with an import of a kind, a kind's word as a string, or a child's accessor (`contribution.talk`)."""
    accessors = {model._meta.model_name for model in kinds()}
    found = []
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if (
            (isinstance(node, ast.Constant) and node.value in WORDS)
            or (isinstance(node, ast.Attribute) and node.attr in accessors)
            or any(name.partition(".")[0] in KINDS for name in names)
        ):
            found.append(node.lineno)
    return found


def test_no_code_asks_what_kind_a_thing_is() -> None:
    assert [(str(path), questions(tree)) for path, tree in sources(*SHARED, *KINDS) if questions(tree)] == []


def test_no_shared_code_knows_a_kind_by_name() -> None:
    shared = sources("community", "discussion", "moderation", "events", "people", "links", "jobs")
    assert [(str(path), names_of_kinds(tree)) for path, tree in shared if names_of_kinds(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        'item.kind == "talk"',
        'kind in ("talk", "recap")',
        "isinstance(item, Talk)",
        "isinstance(x, (int, Photo))",
    ],
)
def test_a_question_would_be_noticed(code: str) -> None:
    assert questions(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code", ["import talks", "from recaps.models import Recap", "item.photo", 'f("talks")']
)
def test_a_name_would_be_noticed(code: str) -> None:
    assert names_of_kinds(ast.parse(code)) == [1]


def test_no_template_asks_what_kind_a_thing_is() -> None:
    asked = re.compile(r"""{%[^%]*\b(?:kind|KIND)\s*(?:==|!=|\bin\b)\s*["']""")
    child = re.compile(rf"\.(?:{'|'.join(model._meta.model_name for model in kinds())})\.")
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        shared = path.relative_to(ROOT / "templates").parts[0] not in KINDS
        if asked.search(text) or (shared and child.search(text)):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_only_the_stream_turns_parents_into_children() -> None:
    """A kind's rows are asked for by ids in one place of the shared code: by class, never by the parent's accessor."""
    accessors = {f'"{model._meta.model_name}"' for model in kinds()}
    found = []
    for path, tree in sources(*SHARED):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            words = {ast.unparse(argument).replace("'", '"') for argument in node.args}
            if node.func.attr in {"select_related", "prefetch_related"} and words & accessors:
                found.append(f"{path}:{node.lineno}")
            # What asks a kind's own manager: model.objects, kind.objects, model._default_manager.
            owner = ast.unparse(node.func.value)
            if (
                re.search(r"\b(?:model|kind)\.(?:objects|_default_manager)\b", owner)
                and str(path) not in ALLOWED
            ):
                found.append(f"{path}:{node.lineno} {owner}")
    assert found == []


# Where a kind's manager may be asked: the stream. Tag.merge_into has a loop over its two through models.
ALLOWED = {"community/stream.py", "community/models/tag.py"}


@pytest.mark.parametrize("model", kinds(), ids=lambda model: model.KIND)
def test_a_kind_says_everything_of_itself(model: type[Contribution]) -> None:
    for name in (
        "KIND",
        "slug",
        "plural_label",
        "section_label",
        "add_label",
        "empty_label",
        "card_template",
        "detail_route",
        "add_route",
        "edit_route",
    ):
        assert getattr(model, name), name
    assert set(model.revision_fields) <= {field.name for field in model._meta.get_fields()}
    assert "title" in model.search_fields
    assert model._meta.app_label in KINDS


def test_no_two_kinds_share_a_word() -> None:
    for name in ("KIND", "slug"):
        words = [getattr(model, name) for model in kinds()]
        assert sorted(set(words)) == sorted(words)
    assert {model._meta.app_label for model in kinds()} == KINDS
    assert apps.is_installed("community")
