"""A hostile picture is an answer, never an accident: the child process is bounded, and its end is one exception."""

import os
import time
from pathlib import Path

import pytest
from PIL import Image

from photos.decoding import Limits, Unreadable
from photos.renditions import make_renditions
from photos.storage import StorageUnavailable
from tests.photos import pictures


def unreadable(path: Path, target: Path, **limits) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        make_renditions(path, target, Limits(**limits))
    return refused.value


def children() -> list[str]:
    """Return the command lines of this process's children that are decoders."""
    lines = []
    for children_file in Path("/proc/self/task").glob("*/children"):
        for number in children_file.read_text().split():
            lines.append(Path(f"/proc/{number}/cmdline").read_bytes().decode())
    return [line for line in lines if "_decoder_child" in line]


@pytest.fixture
def source(tmp_path):
    return tmp_path / "source"


@pytest.fixture
def target(tmp_path):
    directory = tmp_path / "target"
    directory.mkdir()
    return directory


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    path = tmp_path_factory.mktemp("big") / "big"
    Image.new("RGB", (7_000, 8_000), "teal").save(path, "PNG", compress_level=1)
    return path


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pictures.jpeg()[:-200],
        pictures.heic()[:4000],
        pictures.saved(pictures.corners(), "PNG")[:60],
        pictures.zip_archive(),
        pictures.SVG,
        pictures.saved(pictures.corners(), "BMP"),
        pictures.saved(pictures.corners(), "TIFF"),
        pictures.png_that_claims(5_000, 5_000),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
    ids=[
        "empty",
        "cut JPEG",
        "cut HEIC",
        "cut PNG",
        "zip",
        "SVG",
        "BMP",
        "TIFF",
        "short PNG",
        "PostScript",
    ],
)
def test_what_cannot_be_decoded_is_unreadable_in_words_and_leaves_no_file(source, target, data):
    source.write_bytes(data)

    refused = unreadable(source, target)

    assert refused.code == "broken"
    assert str(refused) == (
        "We can’t read this photo. Send it again from the original, or save it as a JPEG first."
    )
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 8_000)])
def test_a_picture_with_too_many_pixels_is_unreadable_before_any_is_decoded(source, target, size):
    source.write_bytes(pictures.png_that_claims(*size))

    assert unreadable(source, target).code == "too_many_pixels"


def test_a_picture_that_takes_too_long_is_given_up_and_its_process_is_gone(big, target):
    began = time.monotonic()

    assert unreadable(big, target, wall_seconds=0.15).code == "too_slow"
    assert time.monotonic() - began < 2
    assert children() == []


def test_a_picture_that_needs_too_much_memory_is_given_up(big, target):
    assert unreadable(big, target, memory=256 << 20).code == "no_memory"


def test_the_same_big_picture_is_read_within_the_usual_limits(big, target):
    assert make_renditions(big, target).width == 7_000


def test_the_child_gets_none_of_our_environment(source, target, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(target))
    (target / "PIL.py").write_text("raise SystemExit('taken over')")
    source.write_bytes(pictures.jpeg())

    assert make_renditions(source, target).width == 64


def test_a_disk_that_refuses_is_not_the_pictures_fault(source):
    source.write_bytes(pictures.jpeg())

    with pytest.raises(StorageUnavailable):
        make_renditions(source, Path("/sys"))


def test_a_picture_that_is_gone_is_not_called_unreadable(target):
    with pytest.raises(FileNotFoundError):
        make_renditions(target / "absent", target)


@pytest.mark.corpus
@pytest.mark.parametrize("folder", ["hostile-images", "photos"])
def test_a_picture_of_the_corpus_is_read_or_unreadable_and_nothing_else(folder, tmp_path):
    files = [
        path for path in sorted((Path(os.environ["HALLWAY_CORPUS"]) / folder).rglob("*.*")) if path.is_file()
    ]
    outcomes = {"read": 0, "unreadable": 0}
    for number, path in enumerate(files[::9]):
        target = tmp_path / str(number)
        target.mkdir()
        try:
            make_renditions(path, target)
            outcomes["read"] += 1
        except Unreadable:
            outcomes["unreadable"] += 1
    assert outcomes["read"] > 10
    assert sum(outcomes.values()) == len(files[::9])
