"""How alike two titles are."""

import pytest

from talks.matching import CERTAIN, PERHAPS, best, key, likeness, pair_up

TITLE = "How eBPF actually works: a tour of the kernel"


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("  How eBPF actually WORKS ", "how ebpf actually works"),
        ("Où est mon café, Łukasz?", "ou est mon cafe lukasz"),
        ("Don’t panic! 🎉 (Part II)", "dont panic part 2"),
        ("C++ and C# & you", "cpp and csharp and you"),
        ("Part One", "part 1"),
        ("🎉", ""),
    ],
)
def test_a_key_is_what_two_ways_of_writing_a_title_have_in_common(title, meant):
    assert key(title) == meant


@pytest.mark.parametrize(
    "written",
    [
        TITLE.upper(),
        "“How eBPF actually works” – a tour of the kernel!",
        "How-eBPF-actually-works-a-tour-of-the-kernel",
        "How eBPF acutally works: a tour of the kernel",
    ],
)
def test_another_way_of_writing_it_and_a_slip_in_a_long_word_are_certainly_the_same(written):
    assert likeness(TITLE, written) >= CERTAIN


@pytest.mark.parametrize(
    "damaged",
    [
        "How eBPF actually wor",
        "a tour of the kernel: how eBPF actually works",
        "How ebfp actualy wroks: a tour of teh kernel",
        "HowEBPF actuallyworks: atour of thekernel",
        "EuroSummit 2024 – How eBPF actually works: a tour of the kernel",
    ],
)
def test_a_cut_reordered_or_mistyped_title_is_perhaps_the_same_and_never_certainly(damaged):
    assert PERHAPS <= likeness(TITLE, damaged) < CERTAIN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kubernetes deep dive, part 1", "Kubernetes deep dive, part 2"),
        ("Kubernetes deep dive, part I", "Kubernetes deep dive, part II"),
        ("Kubernetes deep dive, part A", "Kubernetes deep dive, part B"),
        ("The state of the union 2023", "The state of the union 2024"),
        ("The state of the union", "The state of the union 2024"),
        ("Moving from Ruby to Python", "Moving from Python to Ruby"),
        ("Machine learning on the GPU", "Machine learning on the CPU"),
        ("Opening remarks", "Opening remarks"),
        ("Lightning talks, day 2", "Lightning Talks (Day 2)"),
    ],
)
def test_what_tells_two_talks_apart_or_says_too_little_is_never_certain(one, other):
    assert likeness(one, other) < CERTAIN
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize("one", ["", "   ", "🎉", "1", "a" * 200, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "数据库的未来"])
def test_any_title_can_be_compared_with_any(one):
    for other in ("", "🎉", "How it works", "数据库的将来", one):
        assert 0 <= likeness(one, other) <= 1


def test_titles_without_spaces_are_compared_by_their_letters():
    assert (
        likeness("数据库系统的未来发展", "数据库系统的未来")
        > PERHAPS
        > likeness("数据库系统的未来发展", "机器学习入门")
    )


def test_the_best_of_many_comes_first_and_is_certain_only_without_a_rival():
    talks = [(1, "Testing in layers"), (2, "Testing in production"), (3, TITLE), (4, "Lunch")]
    found = best("how ebpf actually works a tour of the kernel", talks)
    assert [(match.candidate, match.certain) for match in found] == [(3, True)]
    twice = best(TITLE, [*talks, (5, TITLE + "!")])
    assert [(match.candidate, match.certain) for match in twice] == [(3, False), (5, False)]


def test_a_list_of_videos_finds_its_talks_each_once_and_past_the_name_of_the_conference():
    talks = [
        (1, "Testing in layers"),
        (2, "Kernel tracing for everybody"),
        (3, "Keynote"),
        (4, "Scaling, part 1"),
    ]
    videos = [
        ("a", "EuroSummit 2024: Testing in Layers"),
        ("b", "EuroSummit 2024: Kernel tracing for evrybody"),
        ("c", "EuroSummit 2024: Keynote"),
        ("d", "EuroSummit 2024: Scaling, part 2"),
        ("e", "EuroSummit 2024: Testing in layers (second camera)"),
    ]
    found = pair_up(videos, talks)
    assert {video: match.candidate for video, match in found.items()} == {"a": 1, "b": 2, "c": 3}
    assert {video for video, match in found.items() if match.certain} == {"a", "b"}
