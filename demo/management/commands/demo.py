"""manage.py demo: two real events with recaps, talks and photos, so that a new site is not empty."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.story import Refused, stories, unprepared_photos
from events.models import Event


class Command(BaseCommand):
    help = "Build two real events with recaps, talks and photos. A second time changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-new", action="store_true", help="do nothing where there is an event already"
        )
        parser.add_argument(
            "--wait", action="store_true", help="prepare the photos here instead of in the worker"
        )

    def handle(self, *args: Any, if_new: bool, wait: bool, **options: Any) -> None:
        if if_new and Event.objects.exists():
            return
        for story in stories():
            try:
                made = story.tell()
            except Refused as refused:
                raise CommandError(f"The demo stops here. {refused}") from refused
            told = ", ".join(f"{number} {noun}{'s' if number > 1 else ''}" for noun, number in made.items())
            self.stdout.write(f"Demo: {story.name}: {told or 'all of it is already here'}")
        if wait:
            for photo in unprepared_photos():
                photo.prepare()
