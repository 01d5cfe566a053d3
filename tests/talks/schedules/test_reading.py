"""Schedules are told apart by their content and read in whatever form they come; what hurts is refused in words."""

import datetime
import json
import time
import zoneinfo

import pytest

from talks.schedules.reading import read
from talks.schedules.schedule import MOST_ITEMS, Attached, Fault, Speaker, Unreadable
from tests.talks.schedules.samples import (
    ALL,
    CSV,
    GUIDS,
    ICALENDAR,
    JSON,
    PYVIDEO,
    PYVIDEO_LINES,
    XML,
)

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
EVENING = datetime.date(2024, 3, 19)


def read_text(text, encoding="utf-8"):
    return read(text.encode(encoding), PARIS)


def refused(content):
    with pytest.raises(Unreadable) as refusal:
        read(content if isinstance(content, bytes) else content.encode(), PARIS)
    return str(refusal.value)


# --- Each format ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ALL)
def test_every_format_is_known_by_its_content(format):
    assert read_text(ALL[format]).format == format


@pytest.mark.parametrize("format", ["frab-xml", "frab-json", "icalendar", "csv"])
def test_the_same_talk_is_the_same_in_every_format(format):
    first, second = read_text(ALL[format]).items
    assert (first.guid, first.title, first.room, first.track) == (
        GUIDS[0],
        "How eBPF actually works",
        "Hall 1",
        "Networking",
    )
    assert first.starts_at == datetime.datetime(2024, 3, 19, 8, 30, tzinfo=datetime.UTC)
    assert (first.minutes, second.minutes, second.language) == (45, 60, "fr")
    assert first.description == "A tour\n\nFrom the kernel to the graph."
    # Half past midnight: the evening before.
    assert second.date == EVENING


@pytest.mark.parametrize("text", [XML, JSON], ids=["xml", "json"])
def test_frab_tells_of_speakers_slides_and_who_is_not_recorded(text):
    first, second = read_text(text).items
    assert first.speakers == [Speaker("Ada Example"), Speaker("Bo Sample")]
    assert first.attached == [Attached("slides", "https://example.org/ebpf.pdf")]
    assert (first.do_not_record, second.do_not_record) == (False, True)


@pytest.mark.parametrize("text", [PYVIDEO, PYVIDEO_LINES], ids=["list", "lines"])
def test_a_list_of_talks_is_read_whole_or_line_by_line(text):
    schedule = read_text(text)
    first, second = schedule.items
    assert (first.date, first.starts_at, first.language, first.tags) == (EVENING, None, "en", ["ebpf"])
    assert (first.video_url, second.video_url) == ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "")
    # It never says that it is all there was.
    assert not schedule.is_whole


def test_the_addresses_in_a_table_go_with_the_names_beside_them():
    first, second = read_text(CSV).items
    assert first.speakers == [
        Speaker("Ada Example", "ada@example.org"),
        Speaker("Bo Sample", "bo@example.org"),
    ]
    assert second.speakers == [Speaker("Chloé Témoin")]


def test_sched_writes_speakers_into_the_title():
    text = ICALENDAR.replace("-//somebody//EN", "-//sched.com//EN").replace(
        "SUMMARY:How eBPF actually works",
        "SUMMARY:How eBPF - actually - works - Ada Example\\, Isovalent & Bo Sample\\, ACME",
    )
    first, second = read_text(text).items
    assert (first.title, first.speakers) == (
        "How eBPF - actually - works",
        [Speaker("Ada Example"), Speaker("Bo Sample")],
    )
    assert (second.title, second.speakers) == ("La nuit des logs", [])


# --- What is missing or wrong in it --------------------------------------------------------------------------------


def test_each_thing_that_cannot_be_read_is_told_with_its_line():
    broken = XML.replace("2024-03-19T09:30:00+01:00", "nine").replace("<duration>01:00", "<duration>long")
    broken = broken.replace("<start>09:30</start>", "")
    assert read_text(broken).faults == [
        Fault(10, "“How eBPF actually works”: we cannot read when it begins."),
        Fault(20, "“La nuit des logs”: we cannot read how long it is."),
    ]
    rows = CSV + f"{GUIDS[0]};Again the same id\n;;Nobody\nx;Talk;Ada;;soon\n"
    assert [fault.line for fault in read_text(rows).faults] == [6, 7, 8]


def test_a_broken_line_costs_only_itself():
    assert read_text(PYVIDEO_LINES + "\n{broken}").faults == [Fault(3, "This is not a talk.")]
    broken = ICALENDAR.replace("DTSTART;TZID=Europe/Paris:20240319T093000", "DTSTART:yesterday")
    schedule = read_text(broken)
    assert [item.title for item in schedule.items] == ["How eBPF actually works", "La nuit des logs"]
    assert schedule.faults == [Fault(6, "“How eBPF actually works”: we cannot read when it is.")]


def test_an_item_without_id_gets_the_same_one_each_time_also_when_it_moves():
    def guids(text):
        return [item.guid for item in read_text(text).items]

    without = "title,start\nOne,2024-03-19 09:00\nTwo,2024-03-19 10:00\n"
    assert guids(without) == guids(without.replace("One", " ONE ").replace("09:00", "11:00"))
    twice = "title,start\nOne,2024-03-19 09:00\nOne,2024-03-19 10:00\n"
    assert len(set(guids(twice))) == 2


def test_texts_are_cleaned_before_anything_keeps_them():
    talk = {
        "title": "A\u0000 b\ud800 \u202e c" + "x" * 300,
        "description": "<p>One<br>two &amp; three</p>",
        "tags": [],
    }
    (item,) = read_text(json.dumps([talk])).items
    assert len(item.title) == 200
    assert item.title.startswith("A b c")
    assert item.description == "One\ntwo & three"


# --- What hurts -----------------------------------------------------------------------------------------------------

BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "entities": f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a0 "ha">{BOMB}]><schedule>&a9;</schedule>',
    "one long entity": '<!DOCTYPE s [<!ENTITY a "'
    + "x" * 100_000
    + '">]><schedule>'
    + "&a;" * 5000
    + "</schedule>",
    "a file of ours": '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><schedule>&a;</schedule>',
    "another host": '<!DOCTYPE s SYSTEM "http://127.0.0.1/s.dtd"><schedule/>',
    "depth": "<schedule>" + "<a>" * 100_000,
    "many elements": "<schedule>" + "<a/>" * 2_000_000 + "</schedule>",
    "many attributes": "<schedule " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>",
    "deep json": "[" * 100_000,
    "deep json in objects": '{"a":' * 100_000,
    "a huge number": "[" + "9" * 100_000 + "]",
    "not a number": '[{"title": NaN}]',
    "an event without end": "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" * 20_000,
    "rows without a title": "title,start\n" + ",x\n" * 1_000_000,
    "events without anything": "BEGIN:VEVENT\nEND:VEVENT\n" * 100_000,
    "a long cell": "title\n" + "x" * 300_000,
    "size": " " * 10_000_001,
    "emptiness": "",
    "a web page": "<!doctype html><html><body>Schedule</body></html>",
    "another web page": "<html><body>Schedule</body></html>",
    "another XML": "<rss/>",
    "half an XML": XML[:900],
    "half a JSON": JSON[:900],
    "no schedule": "Dear organisers,\n\nattached you find nothing.\n",
    "zero bytes": "title\x00,start\nOne,\n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "Latin-1": "title\nÜber Züge\n".encode("latin-1"),
    "a wrong encoding": b'<?xml version="1.0" encoding="klingon"?><schedule/>',
    "UTF-16 as UTF-8": XML.encode("utf-16-le"),
    "too many talks": "title\n" + "".join(f"Talk {n}\n" for n in range(MOST_ITEMS + 1)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_no_schedule_is_refused_in_words_within_a_second(name):
    content = HOSTILE[name]
    begun = time.process_time()
    words = refused(content)
    assert words.endswith(".")
    assert "<" not in words.replace("<schedule>", "")
    assert time.process_time() - begun < 1


def test_a_byte_order_mark_and_utf_16_are_no_obstacle():
    assert len(read_text("\ufeff" + CSV).items) == 2
    assert len(read(CSV.encode("utf-16"), PARIS).items) == 2
    assert len(read(XML.replace("UTF-8", "UTF-16").encode("utf-16"), PARIS).items) == 2
    assert len(read_text("\ufeff" + XML).items) == 2
