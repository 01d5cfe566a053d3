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
# How many in a hundred of a language's sentences may wait for their translation and be said in English meanwhile: see
# docs/decisions/0030-german.md.
MAY_WAIT = {"de": 10}
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
        everything, waiting, fuzzy = (
            count(path, which) for which in (None, "--untranslated", "--only-fuzzy")
        )
        if waiting * 100 > everything * MAY_WAIT.get(path.parts[-3], 0):
            faults.append(f"{path.relative_to(ROOT)} has {waiting} sentences without translation")
        if fuzzy:
            faults.append(f"{path.relative_to(ROOT)} has {fuzzy} guessed translations")
    return faults


def count(path: Path, which: str | None) -> int:
    """Return how many sentences of a .po msgattrib's option `which` picks; all of them without it."""
    command = ["msgattrib", "--no-obsolete", *([which] if which else []), str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.count("msgid ")  # noqa: S603
    return max(found - 1, 0)  # it repeats the header's empty msgid when it lists anything


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
