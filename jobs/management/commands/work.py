"""manage.py work: one process that does jobs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from jobs.worker import Worker, new_worker_id, work


class Command(BaseCommand):
    help = "Do the jobs of all queues, or of some, until a signal comes. `manage.py serve` runs one of these."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", default="*", help="comma-separated names (default: all)")
        parser.add_argument(
            "--id", default="", help="a name that no other worker has or had (default: made here)"
        )

    def handle(self, *args: Any, queues: str, id: str, **options: Any) -> None:
        try:
            work(Worker(worker_id=id or new_worker_id(), queues=queues.split(",")))
        except OperationalError as error:
            # The supervisor starts the next one; a traceback every few seconds would hide the sentence.
            raise CommandError(
                f"The worker ended, the database does not answer: {str(error).strip()}"
            ) from error
