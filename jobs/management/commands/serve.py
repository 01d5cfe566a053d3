"""manage.py serve: the whole site under one supervisor."""

import http.client
import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from jobs.models import WorkerHeartbeat
from jobs.statics import collect_if_changed
from jobs.supervisor import Child, Supervisor
from jobs.worker import new_worker_id

MEMORY_FOLDER = "/dev/shm"  # noqa: S108 - gunicorn makes an unlinked file of its own in it
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


def listen(host: str, port: int) -> socket.socket:
    """Return the socket that the web server serves. It is opened here, before anything slow: a port in use is told
    at once, and while the web server starts again visitors wait instead of being refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host}: {error.strerror}. Choose another: make run PORT={port + 1}"
        ) from error
    return listener


def gunicorn(listener: socket.socket, threads: int) -> list[str]:
    options = {
        "bind": f"fd://{listener.fileno()}",
        "workers": "1",
        "worker-class": "gthread",
        "threads": str(threads),
        "keep-alive": "5",
        "timeout": "60",
        "graceful-timeout": "20",
        "log-level": "warning",
    }
    if os.path.isdir(MEMORY_FOLDER):
        # gunicorn's sign of life is a file; on a disk that is busy it stalls the worker.
        options["worker-tmp-dir"] = MEMORY_FOLDER
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--no-control-socket", *flags]


class Command(BaseCommand):
    help = "Run the web server and the worker, start again what dies, stop both on Ctrl-C."
    # Django's own look for missing migrations only warns; here they stop the start.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument(
            "--prepare", action="store_true", help="migrate first, and load the demo into a new database"
        )

    def handle(self, *args: Any, host: str, port: int, threads: int, prepare: bool, **options: Any) -> None:
        listener = listen(host, port)
        self.prepare_database(prepare)
        collect_if_changed()
        connections.close_all()

        self.worker_id = ""
        web = Child("web server", lambda: gunicorn(listener, threads), pass_fds=[listener.fileno()])
        worker = Child("worker", self.next_worker, after_death=self.forget_worker)
        self.address = ("127.0.0.1" if host in EVERYWHERE else host, port)
        self.announced = False
        Supervisor([web, worker]).run(self.announce)

    def next_worker(self) -> list[str]:
        self.worker_id = new_worker_id()
        return [sys.executable, sys.argv[0], "work", "--id", self.worker_id]

    def forget_worker(self) -> None:
        """The parent knows at once that the worker is gone; its jobs need not wait until it was silent for long."""
        try:
            WorkerHeartbeat.objects.forget(self.worker_id)
        except OperationalError as error:
            self.stderr.write(f"The database does not answer: {error}")
        finally:
            connections.close_all()

    def prepare_database(self, prepare: bool) -> None:
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except OperationalError as error:
            raise CommandError(f"DATABASE_URL: the database does not answer: {str(error).strip()}") from error
        if missing and not prepare:
            raise CommandError(f"The database lacks {len(missing)} migrations: run manage.py migrate first.")
        if missing:
            self.stdout.write(
                "Making the database's tables …" if not executor.loader.applied_migrations else "Migrating …"
            )
            call_command("migrate", interactive=False, verbosity=0)
        if prepare and "demo" in get_commands():
            call_command("demo", if_new=True)

    def announce(self) -> None:
        """Once the web server answers, say where, and how to sign in."""
        if self.announced or not self.is_answering():
            return
        self.announced = True
        self.stdout.write(f"{settings.SITE_NAME} is at {settings.SITE_URL}/ (Ctrl-C stops it)")
        call_command("welcome", stdout=self.stdout)
        self.stdout.flush()
        connections.close_all()

    def is_answering(self) -> bool:
        client = http.client.HTTPConnection(*self.address, timeout=1)
        try:
            client.request("GET", "/healthz", headers={"Host": "localhost"})
            return client.getresponse().status < 500
        except OSError:
            return False
        finally:
            client.close()
