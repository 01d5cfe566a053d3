from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from community.counters import differences, mend


class Command(BaseCommand):
    help = (
        "Compare the kept numbers, the copies on tag rows and the search index with the "
        "rows; exit 1 if one is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Set what is wrong right.")

    def handle(self, *args: Any, **options: Any) -> None:
        # One transaction: what is compared must not change in between.
        with transaction.atomic():
            found = list(differences())
            if found and options["mend"]:
                mend()
        for difference in found:
            self.stdout.write(str(difference))
        if found and not options["mend"]:
            raise CommandError(f"{len(found)} wrong. Run it with --mend to set them right.")
        self.stdout.write(f"{len(found)} mended." if found else "All kept numbers are right.")
