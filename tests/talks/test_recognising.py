"""Which talks a text names: what is certain, what is asked about, and what is neither."""

import time

import pytest

from links.prose import Prose
from talks.recognising import Programme

TITLES = [
    "How eBPF Actually Works",
    "Burnout++ - Recognizing and Managing Burnout",
    "Will ARM be the new Mainstream in our Data Centers?",
    "Optimizing Performance and Sustainability for AI",
    "Keynote",
    "Testing in Production",
    "Kubernetes Deep Dive, Part 1",
    "Kubernetes Deep Dive, Part 2",
    "Django",
]
EBPF, BURNOUT, ARM, OPTIMIZING, TESTING = (TITLES[at] for at in (0, 1, 2, 3, 5))


def named(text: str) -> tuple[list[str], list[str]]:
    """Return the titles that are certain, and those that are asked about."""
    found = Programme(enumerate(TITLES)).named_in(Prose.of_html(f"<p>{text}</p>"))
    return [TITLES[one.pk] for one in found if one.certain], [
        TITLES[one.pk] for one in found if not one.certain
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I liked “How eBPF Actually Works” most.",
        "I liked «how ebpf actually works» most.",
        "I liked <em>How eBPF actualy works</em> most.",
        '<a href="https://video.example/1">How eBPF actually works!</a>',
        "</p><h3>How eBPF Actually Works</h3><p>",
        "Then How eBPF Actually Works made it all clear.",
        "My favourite: „How eBPF Actually Works (the recording)“",
    ],
)
def test_a_title_is_known_in_quotes_links_headings_and_running_text(text: str) -> None:
    assert named(text) == ([EBPF], [])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("“Recognizing and Managing Burnout” did me good.", BURNOUT),
        ("“Will ARM be the new Mainstream” was asked.", ARM),
        ("I went to Optimizing Performance and Sustainability, and stayed.", OPTIMIZING),
        ("The panel on optimizing performance and sustainability for AI was full.", OPTIMIZING),
        ("“Optimising Perfomance and Sustainabilty for AI”", OPTIMIZING),
    ],
)
def test_a_shortened_or_mistyped_title_is_known(text: str, title: str) -> None:
    assert named(text) == ([title], [])


@pytest.mark.parametrize(
    "text",
    [
        "We do far too little testing in production.",
        "The keynote was long, and so was the “Keynote”.",
        "Part 2 of our deep dive into Kubernetes.",
        "We talked about burnout, about performance, about AI, about data centers.",
        "“The new mainstream” has many names. Django is one.",
    ],
)
def test_what_anybody_might_say_is_no_title(text: str) -> None:
    assert named(text)[0] == []


def test_of_two_parts_only_the_one_that_is_named_is_meant() -> None:
    assert named("“Kubernetes Deep Dive, part II”") == (["Kubernetes Deep Dive, Part 2"], [])
    certain, asked = named("“Kubernetes Deep Dive” was long.")
    assert (certain, sorted(asked)) == ([], ["Kubernetes Deep Dive, Part 1", "Kubernetes Deep Dive, Part 2"])


def test_a_short_title_is_asked_about_unless_it_stands_out() -> None:
    assert named("“Testing in production” was new to me.") == ([TESTING], [])
    assert named("We heard about testing in production.") == ([], [TESTING])


def test_no_text_takes_long_with_many_talks() -> None:
    nouns = ["cloud", "edge", "data", "kernel", "stream", "tracing", "policy", "cache", "broker", "runtime"]
    verbs = [
        "scaling",
        "testing",
        "taming",
        "breaking",
        "mending",
        "measuring",
        "teaching",
        "shipping",
        "reading",
    ]
    titles = [f"{verb} the {noun} with {other}" for verb in verbs for noun in nouns for other in nouns]
    programme = Programme(enumerate(titles))
    for text in (
        " ".join(titles),
        "“" + "” “".join(titles) + "”",
        "scaling the cloud with edge " * 2000,
        "cloud " * 9000,
    ):
        prose = Prose.of_html(text[:50_000])
        began = time.process_time()
        programme.named_in(prose)
        assert time.process_time() - began < 1.5, text[:40]
