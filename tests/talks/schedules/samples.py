"""One small schedule of our own, in each form that conferences publish theirs in."""

import json

GUIDS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]

XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<schedule>
  <version>1</version>
  <conference>
    <acronym>paris</acronym><title>Paris Summit 2024</title>
    <time_zone_name>Europe/Paris</time_zone_name>
  </conference>
  <day index="1" date="2024-03-19" start="2024-03-19T09:00:00+01:00" end="2024-03-20T04:00:00+01:00">
    <room name="Hall 1">
      <event guid="{GUIDS[0]}" id="1">
        <date>2024-03-19T09:30:00+01:00</date><start>09:30</start><duration>00:45</duration>
        <room>Hall 1</room><title>How eBPF actually works</title><subtitle>A tour</subtitle>
        <abstract>From the kernel to the graph.</abstract><description></description>
        <track>Networking</track><type>talk</type><language>en</language>
        <persons><person>Ada Example</person><person>Bo Sample</person></persons>
        <links><link href="https://example.org/ebpf.pdf">Slides</link></links>
      </event>
    </room>
    <room name="Hall 2">
      <event guid="{GUIDS[1]}" id="2">
        <date>2024-03-20T00:30:00+01:00</date><start>00:30</start><duration>01:00</duration>
        <room>Hall 2</room><title>La nuit des logs</title><subtitle/>
        <abstract/><description/><track/><type>talk</type><language>fr</language>
        <persons><person>Chloé Témoin</person></persons><links/>
        <recording><license/><optout>true</optout></recording>
      </event>
    </room>
  </day>
</schedule>
"""


def event(guid: str, date: str, duration: str, title: str, **more: object) -> dict[str, object]:
    return {"guid": guid, "date": date, "duration": duration, "title": title, "links": [], **more}


JSON = json.dumps(
    {
        "schedule": {
            "version": "1",
            "conference": {
                "acronym": "paris",
                "title": "Paris Summit 2024",
                "time_zone_name": "Europe/Paris",
                "days": [
                    {
                        "index": 1,
                        "date": "2024-03-19",
                        "rooms": {
                            "Hall 1": [
                                event(
                                    GUIDS[0],
                                    "2024-03-19T09:30:00+01:00",
                                    "00:45",
                                    "How eBPF actually works",
                                    subtitle="A tour",
                                    abstract="From the kernel to the graph.",
                                    track="Networking",
                                    language="en",
                                    persons=[{"public_name": "Ada Example"}, {"name": "Bo Sample"}],
                                    attachments=[{"title": "Slides", "url": "https://example.org/ebpf.pdf"}],
                                )
                            ],
                            "Hall 2": [
                                event(
                                    GUIDS[1],
                                    "2024-03-20T00:30:00+01:00",
                                    "01:00",
                                    "La nuit des logs",
                                    language="fr",
                                    persons=[{"public_name": "Chloé Témoin"}],
                                    do_not_record=True,
                                )
                            ],
                        },
                    }
                ],
            },
        }
    },
    indent=1,
)

ICALENDAR = f"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//somebody//EN\r
X-WR-CALNAME:Paris Summit 2024\r
X-WR-TIMEZONE:Europe/Paris\r
BEGIN:VEVENT\r
UID:{GUIDS[0]}\r
DTSTART;TZID=Europe/Paris:20240319T093000\r
DTEND:20240319T091500Z\r
SUMMARY:How eBPF actually works\r
DESCRIPTION:A tour\\n\\nFrom the kernel \r
 to the graph.\r
LOCATION:Hall 1\r
CATEGORIES:Networking\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:{GUIDS[1]}\r
DTSTART:20240320T003000\r
DURATION:PT1H\r
SUMMARY;LANGUAGE=fr:La nuit des logs\r
LOCATION:Hall 2\r
END:VEVENT\r
END:VCALENDAR\r
"""

TALKS = [
    {
        "title": "How eBPF actually works",
        "description": "A tour\n\nFrom the kernel to the graph.",
        "speakers": ["Ada Example", "Bo Sample"],
        "recorded": "2024-03-19",
        "language": "eng",
        "tags": ["ebpf"],
        "videos": [{"type": "youtube", "url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}],
    },
    {
        "title": "La nuit des logs",
        "speakers": ["Chloé Témoin"],
        "recorded": "2024-03-19",
        "language": "fra",
        "videos": [],
    },
]
PYVIDEO = json.dumps(TALKS, indent=1)
PYVIDEO_LINES = "\n".join(json.dumps(talk) for talk in TALKS)

EMAILS = "ada@example.org, bo@example.org"
CSV = f"""ID;Talk Title;Speaker(s);E-Mail;Start Time;Duration (min);Room;Track;Language;Abstract
{GUIDS[0]};How eBPF actually works;Ada Example, Bo Sample;{EMAILS};2024-03-19 09:30;45;Hall 1;Networking;English;"A tour

From the kernel to the graph."
{GUIDS[1]};La nuit des logs;Chloé Témoin;;20.03.2024 00:30;1:00;Hall 2;;fr;
"""

ALL = {
    "frab-xml": XML,
    "frab-json": JSON,
    "icalendar": ICALENDAR,
    "pyvideo": PYVIDEO,
    "csv": CSV,
}
