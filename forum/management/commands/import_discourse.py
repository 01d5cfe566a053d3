"""manage.py import_discourse: a topic of a Discourse forum comes to an event."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.models import Event
from forum.fetching import topic_address
from forum.models import TopicImport
from people.decisions import StateConflict
from people.models import User


class Command(BaseCommand):
    help = (
        "Bring a topic of a Discourse forum to an event: recaps, links, videos and photos, with their dates and"
        " authors. Once more, it brings what is new, and changes only what nobody has edited here."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("topic", metavar="FILE_OR_ADDRESS", help="the topic's JSON, or its address")
        parser.add_argument("--event", required=True, metavar="SLUG", help="as in /events/SLUG/")
        parser.add_argument("--dry-run", action="store_true", help="only say what would come of it")
        parser.add_argument("--address", default="", help="where the topic of a file stands")
        parser.add_argument(
            "--by", default="", metavar="E-MAIL", help="the member who answers for it in the log"
        )

    def handle(
        self, *args: Any, topic: str, event: str, dry_run: bool, address: str, by: str, **more: Any
    ) -> None:
        row = TopicImport(event=self.event(event), by=self.member(by))
        if topic.startswith(("http://", "https://")):
            row.url = topic
            row.begin()
            row.fetch()
        else:
            row.url, row.file_name = self.checked(address), Path(topic).name[:200]
            row.begin(self.content(topic))
        if row.state == TopicImport.State.FAILED:
            raise CommandError(row.problem)
        self.tell(row.report)
        if dry_run:
            row.delete()
            return
        try:
            row.queue(by=row.by)
        except StateConflict as conflict:
            raise CommandError(str(conflict)) from conflict
        row.carry_out()
        waiting = row.parts.exclude(address="").count()
        self.stdout.write(f"Done. The worker fetches {waiting} pictures." if waiting else "Done.")

    def event(self, slug: str) -> Event:
        found = Event.objects.public().select_related("parent").filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no public event at /events/{slug}/.")
        return found

    def member(self, email: str) -> User | None:
        found = User.objects.filter(email__iexact=email).first() if email else None
        if email and found is None:
            raise CommandError(f"Nobody here has the address {email}.")
        return found

    def checked(self, address: str) -> str:
        if address and not topic_address(address):
            raise CommandError(
                f"{address} is no address of a topic, such as https://forum.example.org/t/title/123."
            )
        return address

    def content(self, path: str) -> bytes:
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error

    def tell(self, report: dict[str, Any]) -> None:
        self.stdout.write(report["title"])
        for section in report["sections"]:
            self.stdout.write(f"- {section['title']}")
            for title, facts in section["rows"]:
                self.stdout.write(f"    {title} ({', '.join(facts)})")
        for number, fault in report["faults"]:
            self.stdout.write(f"! {f'post {number}: ' if number else ''}{fault}")
