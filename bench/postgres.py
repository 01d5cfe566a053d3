"""A PostgreSQL to measure on: the server that POSTGRES_URL names, or one of the bench's own in a temporary folder."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

DEBIANS_FOLDERS = "/usr/lib/postgresql"


class Cluster:
    """A server: `url` of a database on it, and the id of its first process where the bench started it."""

    def __init__(self, url: str, pid: int | None = None) -> None:
        self.url, self.pid = url, pid
        self.made: list[str] = []

    def make(self, name: str) -> str:
        """Make an empty database; return its address."""
        self.execute(f"DROP DATABASE IF EXISTS {name}")
        self.execute(f"CREATE DATABASE {name}")
        self.made.append(name)
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop_all(self) -> None:
        for name in self.made:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster | None]:
    """Give a running server, or None where there is none; what was made on it goes at the end."""
    programs = find_programs()
    if url := os.environ.get("POSTGRES_URL"):
        found = Cluster(url)
        try:
            yield found
        finally:
            found.drop_all()
    elif programs:
        with own_cluster(programs) as own:
            yield own
    else:
        yield None


def find_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl. Debian keeps them out of PATH."""
    try:
        import psycopg  # noqa: F401 - the driver is needed as well
    except ImportError:
        return None
    debians = sorted(Path(DEBIANS_FOLDERS).glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(debians[-1]) if debians else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def own_cluster(programs: Path) -> Iterator[Cluster]:
    """Run a server on a free port of this machine. Its data need survive nothing; all else is as Debian has it."""
    # PostgreSQL refuses to run as root.
    account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="hallway-bench-postgres-") as folder:
        if account:
            shutil.chown(folder, "postgres")
        port = free_port()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"

        def run(program: str, *arguments: str) -> None:
            command = [*account, str(programs / program), f"--pgdata={folder}/data", *arguments]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

        run("initdb", "--username=hallway", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        run("pg_ctl", f"--log={folder}/log", f"--options={options}", "--wait", "start")
        try:
            pid = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
            yield Cluster(f"postgres://hallway@127.0.0.1:{port}/postgres", pid)
        finally:
            run("pg_ctl", "--mode=immediate", "--wait", "stop")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
