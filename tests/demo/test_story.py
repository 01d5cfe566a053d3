"""What `manage.py demo` tells: the facts of two real events, and nothing that is not so."""

import io
import re
import struct
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.core.management import call_command
from PIL import Image

from community.models import Contribution, Tag, Tally
from community.models.contribution import State
from community.recognising import recognised
from discussion.models import Favourite
from events.models import Event
from links.prose import Prose
from people.models import Person, User
from photos.models import Photo, Rendition
from recaps.models import Recap
from talks.models import Resource, Talk

SHIPPED = Path(__file__).parents[2] / "demo" / "photos"
OURS = (
    "community",
    "discussion",
    "events",
    "moderation",
    "people",
    "photos",
    "recaps",
    "talks",
    "django_tasks_database",
)
MAIN = "kubecon-eu-2024"
REJEKTS, WASM_DAY, EDGE_DAY = (
    "cloud-native-rejekts-eu-2024",
    "cloud-native-wasm-day-europe-2024",
    "kubernetes-on-edge-day-europe-2024",
)

# Said although `told` opens the database: by this mark the tests stand before those whose rows are really committed.
pytestmark = pytest.mark.django_db


def demo(*options: str) -> str:
    """Run the command; return what it says."""
    out = io.StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module", autouse=True)
def told(module_db: None) -> str:
    """The demo, told once for all tests here. Gives what the command said."""
    return demo("--wait")


def rows() -> dict[str, list]:
    """Every row of ours, with every column."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def test_it_says_what_it_made(told):
    assert [line.partition(": ")[2].partition(":")[0] for line in told.splitlines()] == [
        "EuroPython 2019",
        "KubeCon + CloudNativeCon Europe 2024",
    ]
    assert re.findall(r"(\d+) (event|talk|link|recap|photo)s?\b", told) == [
        ("1", "event"),
        ("60", "talk"),
        ("31", "link"),
        ("4", "event"),
        ("9", "photo"),
        ("6", "talk"),
        ("5", "recap"),
    ]


def test_a_second_time_changes_nothing_and_says_so():
    before = rows()
    assert sum(map(len, before.values())) > 1000
    said = demo("--wait")
    assert rows() == before
    assert [line.rpartition(": ")[2] for line in said.splitlines()] == ["all of it is already here"] * 2


def test_the_events_lie_in_one_another_as_they_did_in_paris():
    main = Event.objects.get(slug=MAIN)
    assert (main.name, main.city, main.starts_on, main.ends_on) == (
        "KubeCon + CloudNativeCon Europe 2024",
        "Paris",
        date(2024, 3, 19),
        date(2024, 3, 22),
    )
    assert (main.timezone, main.attendance) == ("Europe/Paris", 13_000)
    assert set(main.children.public().values_list("slug", flat=True)) == {REJEKTS, WASM_DAY, EDGE_DAY}


def test_each_day_has_its_theme():
    themes = Event.objects.get(slug=MAIN).days.values_list("date__day", "theme")
    assert dict(themes) == {
        19: "Co-located events",
        20: "AI",
        21: "Sustainability",
        22: "Ten years of Kubernetes",
    }


def test_each_talk_stands_at_the_event_where_it_was_given():
    given = Talk.objects.filter(main_event__slug=MAIN).values_list("title", "event__slug")
    assert dict(given) == {
        "How eBPF Actually Works": REJEKTS,
        "Burnout++ - Recognizing and Managing Burnout": REJEKTS,
        "Will ARM be the new Mainstream in our Data Centers?": REJEKTS,
        "Is this WASM’s Docker moment?": WASM_DAY,
        "Keynote: Accelerating AI Workloads with GPUs in Kubernetes": MAIN,
        "Optimizing Performance and Sustainability for AI": MAIN,
    }


def test_the_main_event_counts_what_its_co_located_events_have():
    tallies = {(row.event.slug, row.kind): row.count for row in Tally.objects.select_related("event")}
    assert [tallies[slug, "talk"] for slug in (MAIN, REJEKTS, WASM_DAY)] == [6, 3, 1]
    assert [tallies[slug, "photo"] for slug in (MAIN, REJEKTS, WASM_DAY, EDGE_DAY)] == [9, 2, 1, 1]
    assert Event.objects.get(slug=MAIN).contribution_count == 6 + 5 + 9


def test_all_kept_counts_are_right():
    call_command("check_counters", stdout=io.StringIO())


def test_the_speaker_and_the_panellist_have_pages_of_their_own():
    speaker, panellist = Person.objects.get(name="Tobias Schneck"), Person.objects.get(handle="ppouliot")
    assert [talk.title for talk in Talk.objects.by(speaker)] == [
        "Will ARM be the new Mainstream in our Data Centers?"
    ]
    assert [talk.title for talk in Talk.objects.by(panellist)] == [
        "Optimizing Performance and Sustainability for AI"
    ]


def test_everybody_who_is_mentioned_is_there():
    mentioned = set(re.findall(r'href="/people/([^/]+)/"', Recap.objects.get(url="").html))
    assert mentioned == {"ppouliot", "tobias-schneck"}
    assert Person.objects.filter(handle__in=mentioned).count() == 2


@pytest.mark.parametrize(
    ("said", "meant"),
    [("k8s", "kubernetes"), ("ARM", "arm64"), ("wasm", "webassembly"), ("Edge computing", "edge")],
)
def test_one_word_of_the_vocabulary_stands_for_its_synonyms(said, meant):
    (tag,) = Tag.objects.meant_by([said])
    assert (tag.name, tag.state) == (meant, Tag.State.ACCEPTED)


def test_one_word_leads_from_one_event_to_the_other():
    tagged = Contribution.objects.public().tagged(Tag.objects.get(name="kubernetes"))
    assert set(tagged.values_list("main_event__slug", flat=True)) == {MAIN, "europython-2019"}


def test_nothing_waits_for_a_moderator():
    pending = (Contribution, Tag, Event, Favourite)
    assert {model.__name__: model.objects.pending().count() for model in pending} == dict.fromkeys(
        ("Contribution", "Tag", "Event", "Favourite"), 0
    )
    assert set(Contribution.objects.values_list("state", "ready")) == {(State.PUBLIC, True)}


def test_the_write_up_says_that_it_is_a_demo_and_goes_with_the_talks_it_tells_of():
    recap = Recap.objects.get(url="")
    assert recap.disclosure.startswith("This is a demo text")
    assert [person.name for person in recap.people.all()] == ["Hallway demo"]
    assert set(Talk.objects.filter(relations_in__source=recap)) == set(
        Talk.objects.filter(main_event__slug=MAIN)
    )


def test_write_ups_elsewhere_are_found_not_written():
    elsewhere = Recap.objects.exclude(url="").order_by("url")
    assert {recap.role for recap in elsewhere} == {Recap.Role.FOUND}
    assert {recap.host: [str(person) for person in recap.people.all()] for recap in elsewhere} == {
        "cncf.io": [],
        "community.amperecomputing.com": [],
        "itgix.com": ["Stefan Tsankov"],
    }


def test_every_recommendation_says_why():
    reasons = [
        *Favourite.objects.values_list("reason", flat=True),
        *Talk.objects.exclude(why="").values_list("why", flat=True),
    ]
    assert (Favourite.objects.count(), len(reasons)) == (4, 4 + 11)
    assert min(map(len, reasons)) > 20


def test_the_other_event_has_talks_with_speakers_tags_and_videos():
    talks = Talk.objects.filter(event__slug="europython-2019").prefetch_related("people", "tagged_items")
    assert len(talks) == 60
    for talk in talks:
        assert len(talk.people.all()) >= 1
        assert len(talk.tagged_items.all()) >= 2
        assert talk.video_state == Talk.VideoState.WATCHABLE
        assert talk.embed is not None
        assert talk.day.theme == "Talks"
        assert talk.description


def test_nobody_can_sign_in_to_the_accounts_that_tell_the_demo():
    accounts = User.objects.order_by("email")
    assert [account.name for account in accounts] == ["Hallway demo, a second voice", "Hallway demo"]
    assert {
        (account.is_active, account.has_usable_password(), account.is_moderator) for account in accounts
    } == {(False, False, False)}


def test_the_photos_that_are_shipped_are_light():
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 8_000_000


def test_each_photo_says_that_it_is_a_sample_what_it_shows_and_whose_it_is():
    photos = Photo.objects.prefetch_related("people", "renditions")
    assert {photo.format.lower() for photo in photos} == {"jpeg", "heic"}
    for photo in photos:
        assert photo.title.startswith("Sample picture")
        assert len(photo.alt) > 40
        assert [person.name for person in photo.people.all()] == ["metadata-extractor sample images"]
        assert len(photo.renditions.all()) >= 2


def places_in(data: bytes, image: Image.Image) -> set[str]:
    """Return which coordinates of `image` stand in `data`, byte for byte, in either order of bytes."""
    place = image.getexif().get_ifd(0x8825)
    found = set()
    for name, tag in (("latitude", 2), ("longitude", 4)):
        for order in "<>":
            numbers = [number for part in place.get(tag, ()) for number in (part.numerator, part.denominator)]
            if numbers and struct.pack(f"{order}4I", *numbers[:4]) in data:
                found.add(name)
    return found


def test_no_picture_that_is_shown_tells_where_it_was_taken_or_with_what():
    cameras = {b"SM-G935L", b"FinePixS2Pro", b"iPhone 11 Pro", b"DMC-LC33", b"Canon EOS 5D Mark III"}
    sources = [file.read_bytes() for file in SHIPPED.glob("*.*")]
    assert {camera for camera in cameras if any(camera in source for source in sources)} == cameras

    shown = [storages["default"].open(rendition.name).read() for rendition in Rendition.objects.all()]
    assert len(shown) > 20
    assert [camera for camera in cameras for data in shown if camera in data] == []
    assert [data[:20] for data in shown if b"Exif" in data or b"EXIF" in data] == []


@pytest.mark.parametrize("name", ["eiffel-tower.jpg", "grande-arche-by-night.jpg"])
def test_a_photo_with_a_place_in_it_loses_the_place(name):
    source = (SHIPPED / name).read_bytes()
    with Image.open(SHIPPED / name) as image:
        assert places_in(source, image) == {"latitude", "longitude"}
        had_place = Photo.objects.filter(had_place=True)
        assert len(had_place) == 2
        for rendition in Rendition.objects.filter(photo__in=had_place):
            assert places_in(storages["default"].open(rendition.name).read(), image) == set()


def test_talks_have_their_slides_beside_the_video():
    talk = Talk.objects.get(title="Is it me, or the GIL?")
    (slides,) = talk.resources.all()
    assert (slides.kind, slides.state, slides.host) == ("slides", "public", "ep2019.europython.eu")
    assert Resource.objects.count() == 31


def test_the_retold_week_goes_with_every_talk_that_it_names_by_title():
    week = Recap.objects.get(title="A week of KubeCon in Paris, day by day")
    named = [one.pk for one in recognised(Prose.of_html(week.html), week.main_event_id) if one.certain]
    assert set(Talk.objects.filter(pk__in=named).values_list("title", flat=True)) == {
        "How eBPF Actually Works",
        "Burnout++ - Recognizing and Managing Burnout",
        "Will ARM be the new Mainstream in our Data Centers?",
        "Optimizing Performance and Sustainability for AI",
    }
    assert set(named) <= set(week.relations_out.values_list("target", flat=True))
