"""manage.py check_media: three zeros, or what is wrong."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from photos.checking import GRACE, MISMATCH, MISSING, ORPHAN, check


class Command(BaseCommand):
    help = (
        "Compare every stored file with the rows: missing files, files without a row, files that changed. Exit 1 if "
        "something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mend",
            action="store_true",
            help="Have lost or damaged renditions made again, and delete files without a row.",
        )
        parser.add_argument("--quick", action="store_true", help="Look at names and sizes, not at contents.")
        parser.add_argument(
            "--grace",
            type=int,
            metavar="SECONDS",
            default=int(GRACE.total_seconds()),
            help="How long a file may wait for its row (a day). Shorter only while the site is stopped.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = check(
            contents=not options["quick"],
            mend=options["mend"],
            older_than=timedelta(seconds=options["grace"]),
            tell=lambda finding: self.stdout.write(str(finding)),
        )
        for name in report.strange:
            self.stdout.write(f"left alone: {name} (not a name that this site gives)")
        for words, kind in (
            ("missing files", MISSING),
            ("orphan files", ORPHAN),
            ("checksum mismatches", MISMATCH),
        ):
            self.stdout.write(f"{words} {report.found[kind]}")
        mended, left = sum(report.mended.values()), sum(report.left.values())
        self.stdout.write(
            f"{report.files} files looked at, {report.young} wait for their rows, {mended} mended."
        )
        if left:
            more = "" if options["mend"] else " Run it with --mend to set right what can be."
            raise CommandError(f"{left} wrong.{more}")
