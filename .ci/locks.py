"""Compile requirements/*.lock from requirements/*.in, or with --check say whether they are stale.

A lock has hashes and no address of an index, so that it means the same everywhere.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
# scale holds base; each lock is compiled under the pins of those before it, so that all fit into one environment.
ORDER = ["scale", "base", "test", "lint"]
COMPILE = [
    *(
        str(Path(sys.executable).parent / "uv"),
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
    ),
    *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
]
REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> set[tuple[str, str]]:
    """Return (name, version) of each line; a name may be there twice, for two versions of Python."""
    return {(normal(name), version) for name, version in REQUIREMENT.findall(lock)}


def asked(name: str) -> set[str]:
    """Return the names in an .in file and in those it includes."""
    names: set[str] = set()
    for line in (FOLDER / f"{name}.in").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("-r "):
            names |= asked(line[3:].removesuffix(".in"))
        elif line:
            names.add(normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]))
    return names


def compile_into(folder: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    constraints = [f"--constraint={folder / before}.lock" for before in ORDER[: ORDER.index(name)]]
    command = [*COMPILE, *options, *constraints, f"--output-file={folder / name}.lock", f"{name}.in"]
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)  # noqa: S603


def faults_at_rest() -> list[str]:
    """Return what can be seen to be wrong without any index."""
    faults = []
    seen: dict[str, dict[str, set[str]]] = {}
    for name in ORDER:
        lock = (FOLDER / f"{name}.lock").read_text()
        found = pins(lock)
        faults += [
            f"{name}.lock lacks {absent}" for absent in sorted(asked(name) - {pin[0] for pin in found})
        ]
        if re.search(r"https?://|file:|^-", lock, re.MULTILINE):
            faults.append(f"{name}.lock holds an address or an option")
        for block in re.split(r"\n(?=\S)", lock):
            if REQUIREMENT.match(block) and "--hash=sha256:" not in block:
                faults.append(f"{name}.lock has no hash for {block.split()[0]}")
        for package, version in found:
            seen.setdefault(package, {}).setdefault(name, set()).add(version)
    faults += [
        f"{package} differs between locks: {versions}"
        for package, versions in sorted(seen.items())
        if len({frozenset(version) for version in versions.values()}) > 1
    ]
    return faults


def faults_on_compiling() -> list[str]:
    """Return the locks that come out otherwise when compiled again. The pins in them are kept where they still fit,
    so a new release out there makes nothing stale."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        faults = []
        for name in ORDER:
            (folder / f"{name}.lock").write_text((FOLDER / f"{name}.lock").read_text())
            before = pins((folder / f"{name}.lock").read_text())
            result = compile_into(folder, name)
            if result.returncode:
                last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
                print(f"locks: not compiled again, the index does not answer as expected ({last.strip()})")  # noqa: T201
                return []
            difference = before ^ pins((folder / f"{name}.lock").read_text())
            if difference:
                faults.append(f"{name}.lock is stale: {sorted(difference)}")
        return faults


def main() -> int:
    if "--check" in sys.argv:
        faults = faults_at_rest() or faults_on_compiling()
        print("\n".join([*faults, "Run `make locks`."]) if faults else "locks: up to date")  # noqa: T201
        return bool(faults)
    for name in ORDER:
        result = compile_into(FOLDER, name, "--upgrade")
        if result.returncode:
            print(result.stderr)  # noqa: T201
            return 1
    return 0


sys.exit(main())
