"""What conferences really publish: read whole, brought in, told again in the form that the schemas want."""

import datetime
import gzip
import itertools
import json
import os
import zoneinfo
from pathlib import Path

import pytest

from community.counters import differences
from community.models import Contribution
from talks.models import Talk
from talks.schedules.reading import read
from talks.schedules.schedule import Unreadable
from talks.schedules.telling import as_json, as_xml
from tests.cast import make_event
from tests.talks.schedules.test_bringing_in import bring, counts  # noqa: F401 - a fixture

pytestmark = [pytest.mark.corpus, pytest.mark.django_db]
CORPUS = Path(os.environ.get("HALLWAY_CORPUS") or "/nonexistent")
UTC = zoneinfo.ZoneInfo("UTC")


@pytest.fixture
def congress():
    return make_event("38C3", starts_on=datetime.date(2024, 12, 27), timezone="Europe/Berlin")


@pytest.fixture
def congress_xml():
    return next(CORPUS.rglob("schedule-38c3-*.xml")).read_text()


def test_the_congress_is_brought_in_whole_and_once(congress, congress_xml, bring):  # noqa: F811
    assert counts(bring(congress, congress_xml)) == {"added": 1007}
    assert Contribution.objects.public().at(congress).count() == 1007
    talk = Talk.objects.get(title="38C3: Opening Ceremony")
    talk.title = "The opening, with fireworks"
    talk.edit(by=talk.decisions.get().actor, credit=list(talk.people.all()))
    assert counts(bring(congress, congress_xml)) == {"kept": 1, "same": 1007}
    talk.refresh_from_db()
    assert talk.title == "The opening, with fireworks"
    # What we tell has the words that somebody wrote here.
    assert counts(bring(congress, as_xml(congress))) == {"same": 1007}
    assert list(differences()) == []


def test_every_schedule_of_others_is_read_or_refused_in_words():
    read_whole, refusals = 0, []
    for path in sorted((CORPUS / "schedules").rglob("*")):
        if path.suffix not in (".xml", ".json", ".ics", ".xsd"):
            continue
        try:
            schedule = read(path.read_bytes(), UTC)
        except Unreadable as words:
            refusals.append(str(words))
        else:
            assert all(item.title for item in schedule.items)
            read_whole += 1
    assert read_whole >= 40
    assert all(words.endswith(".") for words in refusals)


def test_a_conference_of_pyvideo_is_brought_in(bring, moderator):  # noqa: F811
    with gzip.open(CORPUS / "talks" / "pyvideo-talks.jsonl.gz", "rt") as lines:
        chosen = list(itertools.islice(lines, 300))
    event = make_event("PyCon", starts_on=datetime.date(2016, 5, 28))
    first = bring(event, "".join(chosen))
    assert counts(first)["added"] + len(first.report["faults"]) == len(chosen)
    assert set(counts(bring(event, "".join(chosen)))) == {"same"}
    assert list(differences()) == []


def test_our_xml_is_valid_by_the_schema(congress, congress_xml, bring):  # noqa: F811
    xmlschema = pytest.importorskip("xmlschema")
    bring(congress, congress_xml)
    schema = xmlschema.XMLSchema(next(CORPUS.rglob("schedule.xml.xsd")))
    assert [error.reason for error in schema.iter_errors(as_xml(congress))] == []
    # An event of which nothing is known yet, too.
    assert [error.reason for error in schema.iter_errors(as_xml(make_event("Later & elsewhere")))] == []


def test_our_json_is_valid_by_the_schema(congress, congress_xml, bring):  # noqa: F811
    jsonschema = pytest.importorskip("jsonschema")
    bring(congress, congress_xml)
    schema = jsonschema.Draft7Validator(json.loads(next(CORPUS.rglob("json/schema.json")).read_text()))
    wrong = {error.message.partition("}")[2] for error in schema.iter_errors(as_json(congress))}
    # Apps look for people under either name; the schema takes one of them only, and refuses pretalx's own files for it.
    both = " is valid under each of {'$ref': '#/definitions/PretalxPerson'}, {'$ref': '#/definitions/FrabPerson'}"
    assert wrong == {both}
