"""Gather the translatable sentences and compile the translations; --check says whether that would change a file."""

import gettext
import io
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
GATHER = [
    sys.executable,
    "manage.py",
    "makemessages",
    "--all",
    "--no-location",
    "--no-obsolete",
    "--verbosity=0",
]
IGNORED = [f"--ignore={name}" for name in (".venv", "var", "bench", "tests", "node_modules")]


def sentences(path: Path) -> str:
    """Return the file without the date of its making."""
    lines = path.read_text().splitlines()
    return "\n".join(line for line in lines if not line.startswith('"POT-Creation-Date'))


def gather() -> None:
    before = {path: path.read_text() for path in sorted(LOCALE.rglob("*.po"))}
    kept = {path: sentences(path) for path in before}
    for domain in ("django", "djangojs"):
        if list(LOCALE.rglob(f"{domain}.po")):
            subprocess.run([*GATHER, f"--domain={domain}", *IGNORED], cwd=ROOT, check=True)  # noqa: S603
    for path, text in before.items():
        if sentences(path) == kept[path]:
            path.write_text(text)  # only the date would have changed


def compiled(path: Path) -> bytes:
    """Return the .mo of a .po; a translation that lost a placeholder ends the program in msgfmt's words."""
    with tempfile.NamedTemporaryFile(suffix=".mo") as file:
        command = ["msgfmt", "--check-format", "-o", file.name, str(path)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if result.returncode:
            sys.exit(result.stderr)
        return Path(file.name).read_bytes()


def catalogue(binary: bytes) -> dict[object, str]:
    """Return what a .mo says: its bytes differ between versions of gettext."""
    return vars(gettext.GNUTranslations(io.BytesIO(binary)))["_catalog"]


def check() -> list[str]:
    paths = sorted(LOCALE.rglob("*.po"))
    before = {path: path.read_text() for path in paths}
    try:
        gather()
        faults = [f"{path.relative_to(ROOT)} is stale" for path in paths if path.read_text() != before[path]]
    finally:
        for path, text in before.items():
            path.write_text(text)
    for path in paths:
        binary = path.with_suffix(".mo")
        if not binary.exists() or catalogue(binary.read_bytes()) != catalogue(compiled(path)):
            faults.append(f"{binary.relative_to(ROOT)} is not what {path.name} compiles to")
        incomplete = subprocess.run(  # noqa: S603
            ["msgattrib", "--untranslated", "--no-obsolete", str(path)],  # noqa: S607
            check=True,
            capture_output=True,
            text=True,
        ).stdout.count("msgid ")
        fuzzy = subprocess.run(  # noqa: S603
            ["msgattrib", "--only-fuzzy", "--no-obsolete", str(path)],  # noqa: S607
            check=True,
            capture_output=True,
            text=True,
        ).stdout.count("msgid ")
        # msgattrib repeats the header's empty msgid when it lists anything.
        open_ones = max(incomplete - 1, 0) + max(fuzzy - 1, 0)
        if open_ones:
            faults.append(f"{path.relative_to(ROOT)} has {open_ones} sentences without translation")
    return faults


def main() -> int:
    if "--check" in sys.argv:
        faults = check()
        print("\n".join([*faults, "Run `make messages`."]) if faults else "messages: up to date")  # noqa: T201
        return bool(faults)
    gather()
    for path in sorted(LOCALE.rglob("*.po")):
        path.with_suffix(".mo").write_bytes(compiled(path))
    return 0


sys.exit(main())
