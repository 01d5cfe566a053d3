"""manage.py welcome: how to sign in. `manage.py serve` calls it at each start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from people.setup import setup_link


class Command(BaseCommand):
    help = "Print how to sign in: the first administrator's link, or where the codes go."

    def handle(self, *args: Any, **options: Any) -> None:
        link = setup_link()
        if link:
            self.stdout.write(
                "There is no administrator yet. Who opens this link within a day becomes the first:"
            )
            self.stdout.write(link)
        elif settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
            self.stdout.write("Codes for signing in are printed here, as EMAIL_URL is not set.")
