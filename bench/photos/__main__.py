"""The runs, in turns, and what they come to."""

import argparse
import contextlib
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLACE = ROOT / "var" / "bench"
PYTHON, NODE = PLACE / "python", PLACE / "node"
SHARP = "sharp@0.35.5"
QUALITY, EFFORT = 80, 4
WIDTHS = (2000, 1280, 640, 480, 320)
HEIC = "heic"


@dataclasses.dataclass(frozen=True)
class Tool:
    """Something that makes the five renditions; `command` is what to run, without target and picture."""

    name: str
    command: list[str]
    folder: Path = ROOT
    # Run once for many pictures in real life, so that its start is not counted; ours starts anew for each, and is.
    is_long_lived: bool = True


@dataclasses.dataclass
class Measured:
    """What the rounds of one tool on one file gave: processor seconds, peak memory in MB, bytes, SSIM by edge."""

    cpu: list[float] = dataclasses.field(default_factory=list)
    rss: list[float] = dataclasses.field(default_factory=list)
    bytes: int = 0
    ssim: dict[str, float] = dataclasses.field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """The least of the rounds: whatever else the machine does only adds to it."""
        return min(self.cpu)

    @property
    def peak(self) -> float:
        return max(self.rss)


# --- What to compare with ---------------------------------------------------------------------------------------------


def install() -> list[str]:
    """Install the peers where they are not; return what could not be."""
    PLACE.mkdir(parents=True, exist_ok=True)
    lacking = []
    stamp = PYTHON / "installed.txt"
    wanted = (HERE / "peers.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        with attempt("the peers in Python", lacking):
            subprocess.run([sys.executable, "-m", "venv", "--clear", PYTHON], **quiet)
            pip = [PYTHON / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            subprocess.run([*pip, "-r", HERE / "peers.txt"], **quiet)
            stamp.write_text(wanted)
    if shutil.which("npm") is None:
        lacking.append("sharp: Node.js with npm is needed")
    elif not (NODE / "node_modules" / "sharp").exists():
        with attempt("sharp", lacking):
            NODE.mkdir(exist_ok=True)
            (NODE / "package.json").write_text("{}")
            npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", SHARP]
            subprocess.run(npm, cwd=NODE, check=True, stdout=subprocess.DEVNULL)
    return lacking


@contextlib.contextmanager
def attempt(what: str, lacking: list[str]) -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.CalledProcessError) as error:
        lacking.append(f"{what}: could not be installed ({error})")


def tools() -> list[Tool]:
    """Return ours and the peers that are there."""
    settings = [str(QUALITY), str(EFFORT)]
    found = [Tool("ours", [sys.executable, "-m", "bench.photos.ours"], is_long_lived=False)]
    if (NODE / "node_modules" / "sharp").exists():
        found += [
            Tool(name, ["node", str(HERE / "sharp_peer.mjs"), how, *settings], NODE)
            for name, how in (("sharp", "each"), ("sharp_one_decode", "one"))
        ]
    if (PYTHON / "installed.txt").exists():
        python = [str(PYTHON / "bin" / "python"), str(HERE / "python_peer.py")]
        found += [Tool(name, [*python, name, *settings]) for name in ("vips", "imagekit", "thumbnails")]
    return found


# --- Measuring --------------------------------------------------------------------------------------------------------


def run(tool: Tool, target: Path, picture: Path | None) -> tuple[float, float]:
    """Return the processor seconds and the peak memory in MB of one run; without a picture, of the start alone."""
    command = [*tool.command, str(target), *([str(picture)] if picture else [])]
    process = subprocess.Popen(command, cwd=tool.folder, stdout=subprocess.PIPE)
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"bench.photos: {tool.name} ended with {process.returncode} on {picture}")
    if not tool.is_long_lived:
        told = json.loads(output)
        return told["cpu"], told["rss"]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(found: list[Tool], pictures: list[Path], rounds: int) -> dict[tuple[str, str], Measured]:
    """Run every tool on every picture, in turns; return what was measured by tool and file."""
    measured = {(tool.name, picture.stem): Measured() for tool in found for picture in pictures}
    with tempfile.TemporaryDirectory(prefix="hallway-bench-") as folder:
        for picture in pictures:
            targets = {tool.name: Path(folder) / tool.name / picture.stem for tool in found}
            for number in range(rounds):
                print(f"bench.photos: {picture.stem}, round {number + 1} of {rounds}", file=sys.stderr)
                for tool in found:
                    shutil.rmtree(targets[tool.name], ignore_errors=True)
                    targets[tool.name].mkdir(parents=True)
                    cpu, rss = run(tool, targets[tool.name], picture)
                    into = measured[tool.name, picture.stem]
                    into.cpu.append(cpu)
                    into.rss.append(rss)
            compare(found, picture, targets, measured)
    return measured


def compare(
    found: list[Tool], picture: Path, targets: dict[str, Path], measured: dict[tuple[str, str], Measured]
) -> None:
    """Add bytes and likeness; refuse to compare what is not the same size."""
    for tool in found:
        files = [targets[tool.name] / f"{width}.webp" for width in WIDTHS]
        measured[tool.name, picture.stem].bytes = sum(file.stat().st_size for file in files)
    if picture.suffix == ".jpg" and (PYTHON / "installed.txt").exists():
        command = [PYTHON / "bin" / "python", HERE / "likeness.py", picture, *targets.values()]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        for name, line in zip(targets, said, strict=True):
            measured[name, picture.stem].ssim = json.loads(line)


def starts(found: list[Tool], rounds: int) -> dict[str, float]:
    """Return by tool the processor seconds that its start takes and that are not counted."""
    with tempfile.TemporaryDirectory() as folder:
        return {
            tool.name: min(run(tool, Path(folder), None)[0] for _ in range(rounds))
            if tool.is_long_lived
            else 0.0
            for tool in found
        }


# --- Summing up -------------------------------------------------------------------------------------------------------


def row(
    name: str, megapixels: str, measured: dict[tuple[str, str], Measured], start: float
) -> dict[str, Any]:
    """Return the means of one tool over the files of one size."""
    of = [one for (tool, stem), one in measured.items() if tool == name and stem.endswith(f"-{megapixels}")]
    told: dict[str, Any] = {
        "cpu_s": round(statistics.mean(one.seconds - start for one in of), 3),
        "rss_mb": round(max(one.peak for one in of)),
        "kb": round(statistics.mean(one.bytes for one in of) / 1000),
    }
    for edge in of[0].ssim:
        told[f"ssim_{edge}"] = round(statistics.mean(one.ssim[edge] for one in of), 4)
    return told


def figures(table: dict[str, dict[str, dict[str, Any]]], largest: str) -> dict[str, float]:
    """Return the figures that README quotes."""
    first = table["12"]
    said: dict[str, float] = {"rss_mb_48mpx": table[largest]["ours"]["rss_mb"]} if largest == "48" else {}

    def share(what: str, peer: str, rows: dict[str, dict[str, Any]] = first) -> float:
        return round(rows["ours"][what] / rows[peer][what], 3)

    for peer in first.keys() - {"ours"}:
        said[f"cpu_vs_{peer}"] = share("cpu_s", peer)
    if "sharp" in first:
        said |= {
            "bytes_vs_sharp": share("kb", "sharp"),
            "rss_vs_sharp": share("rss_mb", "sharp", table[largest]),
        }
        if "ssim_640" in first["sharp"]:
            said |= {f"ssim_vs_sharp_{edge}": share(f"ssim_{edge}", "sharp") for edge in (640, 2000)}
            both = [sum(first[name][f"ssim_{edge}"] for edge in (640, 2000)) for name in ("ours", "sharp")]
            said["ssim_vs_sharp"] = round(both[0] / both[1], 4)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.photos")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="12 megapixels only, two rounds")
    options = parser.parse_args()
    rounds, sizes = (2, ["12"]) if options.quick else (options.rounds, ["12", "24", "48"])
    for what in install():
        print(f"bench.photos: left out: {what}", file=sys.stderr)
    files = PLACE / "photos"
    subprocess.run([sys.executable, "-m", "bench.photos.scenes", files], cwd=ROOT, check=True)
    pictures = [
        picture for picture in sorted(files.glob("*.jpg")) if picture.stem.rpartition("-")[2] in sizes
    ]
    found = tools()
    start = starts(found, rounds)
    measured = measure(found, pictures, rounds)
    table = {
        size: {tool.name: row(tool.name, size, measured, start[tool.name]) for tool in found}
        for size in sizes
    }
    heic = ROOT / "demo" / "photos" / "a-heic-from-a-phone.heic"
    ours = measure(found[:1], [heic], rounds)["ours", heic.stem]
    table[HEIC] = {"ours": {"cpu_s": round(ours.seconds, 3), "rss_mb": round(ours.peak)}}
    for size, rows in table.items():
        for name, told in rows.items():
            print(f"{size:>5} {name:17}", "  ".join(f"{what} {value}" for what, value in told.items()))
    starting = {name: round(value, 3) for name, value in start.items() if value}
    print(json.dumps({**figures(table, sizes[-1]), "start_s": starting, "megapixels": table}))


if __name__ == "__main__":
    main()
