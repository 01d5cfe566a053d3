"""How quick the pages are, beside a Django hello-world in the same run: `make bench-pages`, explained in README.md.

Each database gets a site of 1,000 and one of 100,000 contributions, and a hello-world, each with its own web server;
they are measured in turns, so that whatever else the machine does falls on all of them. Ends with one line of JSON.
"""

import argparse
import contextlib
import dataclasses
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.load import GENERATORS_CORE, Load, drive, keep_to_core, request_for
from bench.postgres import Cluster, cluster

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["home", "event", "tag", "talk", "photos"]
VISITORS = ["stranger", "member"]
CONNECTIONS = 4
# What the page of each name shows at least, and the mark of one such thing in its HTML.
SHOWN = {"home": 20, "event": 50, "tag": 30, "talk": 0, "photos": 30}
ITEM = re.compile(rb'<article class="card|<li class="ar-|<li><a href="/photos/\d+/"><img')


@dataclasses.dataclass
class Measured:
    """What the rounds on one page gave."""

    loads: list[Load] = dataclasses.field(default_factory=list)
    # Of the web server and of the database, in seconds a request.
    cpu: list[tuple[float, float]] = dataclasses.field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(load.rate for load in self.loads)

    @property
    def p99(self) -> float:
        """In milliseconds; the median of the rounds, as one hiccup of the machine would decide a p99 of all."""
        return 1000 * statistics.median(load.percentile(99) for load in self.loads)

    @property
    def p50(self) -> float:
        return 1000 * statistics.median(load.percentile(50) for load in self.loads)

    @property
    def web_cpu_ms(self) -> float:
        return 1000 * statistics.median(web for web, _database in self.cpu)

    @property
    def database_cpu_ms(self) -> float:
        """Of a PostgreSQL that the bench started; SQLite works inside the web server."""
        return 1000 * statistics.median(database for _web, database in self.cpu)


class Server:
    """A web server under measurement."""

    def __init__(self, environment: dict[str, str], database: Cluster | None) -> None:
        command = [sys.executable, "-m", "bench.server"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = ("127.0.0.1", int(self.process.stdout.readline()))
        self.database_pid = database.pid if database else None

    def get(self, path: str, cookie: str = "") -> bytes:
        client = http.client.HTTPConnection(*self.address, timeout=60)
        client.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = client.getresponse()
        body = answer.read()
        client.close()
        if answer.status != 200:
            raise SystemExit(f"bench.pages: {path} answered {answer.status}")
        return body

    def measure(self, into: Measured, request: bytes, marker: bytes, seconds: float) -> None:
        web, database = cpu_seconds(self.process.pid), cpu_seconds(self.database_pid)
        load = drive(self.address, request, marker=marker, connections=CONNECTIONS, seconds=seconds)
        web, database = cpu_seconds(self.process.pid) - web, cpu_seconds(self.database_pid) - database
        if load.errors:
            raise SystemExit(f"bench.pages: {request.split()[1].decode()}: {load.errors}")
        into.loads.append(load)
        into.cpu.append((web / len(load.latencies), database / len(load.latencies)))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def cpu_seconds(root: int | None) -> float:
    """Return the processor time that a process and all below it have used so far; 0 for None."""
    if root is None:
        return 0.0
    parents, used = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            pid = int(entry.parent.name)
            # The third field is the first one after the name: parent, then utime, stime, and those of dead children.
            parents[pid], used[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    counted = 0
    for pid in used:
        above = pid
        while above and above != root:
            above = parents.get(above, 0)
        counted += used[pid] if above else 0
    return counted / os.sysconf("SC_CLK_TCK")


# --- Sites ------------------------------------------------------------------------------------------------------------


class Site:
    """A filled database, its web server, and what was measured of its pages."""

    def __init__(self, size: int, url: str, common: dict[str, str]) -> None:
        self.size, self.environment = size, common | {"DATABASE_URL": url}
        self.measured = {(page, visitor): Measured() for page in PAGES for visitor in VISITORS}

    def fill(self) -> None:
        command = [sys.executable, "-m", "bench.fill", str(self.size)]
        filled = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        self.sights: dict[str, str] = json.loads(filled.stdout)

    def cookie(self, visitor: str) -> str:
        return self.sights["cookie"] if visitor == "member" else ""

    def serve(self, database: Cluster | None) -> Server:
        """Start the web server, and look at every page once: numbers mean nothing if a page lacks what it is about."""
        self.server = Server(self.environment, database)
        for page, visitor in self.measured:
            body = self.server.get(self.sights[page], self.cookie(visitor))
            found = len(ITEM.findall(body))
            if found < SHOWN[page]:
                raise SystemExit(f"bench.pages: {page} shows {found} items, {SHOWN[page]} are expected")
            if (b"/notifications/" in body) != (visitor == "member"):
                raise SystemExit(f"bench.pages: {page} does not see that it is a {visitor} who looks")
        return self.server

    def measure(self, page: str, visitor: str, seconds: float, *, warming: bool = False) -> None:
        request = request_for(self.sights[page], cookie=self.cookie(visitor))
        into = Measured() if warming else self.measured[page, visitor]
        self.server.measure(into, request, b"</html>", seconds)


@dataclasses.dataclass
class Database:
    """A database system: its sites, one of each size, and hello-world beside them."""

    name: str
    sites: list[Site]
    cluster: Cluster | None = None
    hello: Measured = dataclasses.field(default_factory=Measured)

    def measure(self, rounds: int, seconds: float) -> None:
        """Measure every page of every site in turns, with hello-world before, between and after."""
        if self.cluster and self.cluster.pid:
            # Beside the generator, which does little: the core that is full is the web server's.
            keep_to_core(GENERATORS_CORE, self.cluster.pid)
        with contextlib.ExitStack() as stack:
            servers = [site.serve(self.cluster) for site in self.sites]
            greeter = Server(
                self.sites[0].environment | {"DJANGO_SETTINGS_MODULE": "bench.hello"}, self.cluster
            )
            for server in (*servers, greeter):
                stack.callback(server.stop)
            # The first round warms up: templates, connections, the database's cache.
            for number in range(-1, rounds):
                self.measure_round(greeter, seconds, warming=number < 0)

    def measure_round(self, greeter: Server, seconds: float, *, warming: bool) -> None:
        hello = Measured() if warming else self.hello
        for page in PAGES:
            greeter.measure(hello, request_for("/"), b"hello", seconds / 2)
            for visitor in VISITORS:
                for site in self.sites:
                    site.measure(page, visitor, min(seconds, 0.5) if warming else seconds, warming=warming)
        greeter.measure(hello, request_for("/"), b"hello", seconds / 2)


# --- All of it --------------------------------------------------------------------------------------------------------


def table_of(database: Database) -> dict[str, Any]:
    """Return the figures of one database: for each size, page and visitor, and their share of hello-world."""
    table: dict[str, Any] = {"hello": row(database.hello, database.hello)}
    for site in database.sites:
        table[str(site.size)] = {
            f"{page} {visitor}": row(measured, database.hello)
            for (page, visitor), measured in site.measured.items()
        }
    return table


def row(measured: Measured, hello: Measured) -> dict[str, float]:
    return {
        "per_second": round(measured.rate, 1),
        "share_of_hello": round(measured.rate / hello.rate, 4),
        "p50_ms": round(measured.p50, 2),
        "p99_ms": round(measured.p99, 2),
        "web_cpu_ms": round(measured.web_cpu_ms, 3),
        "database_cpu_ms": round(measured.database_cpu_ms, 3),
    }


def summary(tables: dict[str, dict[str, Any]], sizes: list[int]) -> dict[str, float]:
    """Return the figures that have a bar: the worst of all databases, and of all sizes where there are several."""

    def worst_share(name: str) -> float:
        return min(table[str(size)][name]["share_of_hello"] for table in tables.values() for size in sizes)

    small, large = str(min(sizes)), str(max(sizes))
    growths = [
        table[large][name]["p99_ms"] / table[small][name]["p99_ms"]
        for table in tables.values()
        for name in table[small]
    ]
    return {
        "cold_share_of_hello": worst_share("event stranger"),
        "member_share_of_hello": worst_share("event member"),
        "p99_growth": round(max(growths), 3),
    }


def show(name: str, table: dict[str, Any]) -> None:
    print(
        f"\n{name:<28}{'per second':>12}{'of hello':>10}{'p50 ms':>9}{'p99 ms':>9}{'web cpu':>9}{'db cpu':>9}"
    )
    for size, rows in table.items():
        for page, values in ({"hello-world": rows} if size == "hello" else rows).items():
            label = page if size == "hello" else f"{int(size):>7,} {page}"
            print(
                f"{label:<28}{values['per_second']:>12.1f}{values['share_of_hello']:>10.3f}"
                f"{values['p50_ms']:>9.2f}{values['p99_ms']:>9.2f}"
                f"{values['web_cpu_ms']:>9.3f}{values['database_cpu_ms']:>9.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="1,000 contributions only, short rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="a round, for each page, visitor and size")
    options = parser.parse_args()
    sizes = [1_000] if options.quick else [1_000, 100_000]
    with tempfile.TemporaryDirectory(prefix="hallway-bench-") as folder, cluster() as postgres:
        databases = made_databases(folder, sizes, postgres)
        print(
            f"Filling {' and '.join(database.name for database in databases)} …", file=sys.stderr, flush=True
        )
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            # The large ones first, beside each other.
            sites = sorted((site for one in databases for site in one.sites), key=lambda site: -site.size)
            list(pool.map(Site.fill, sites))
        keep_to_core(GENERATORS_CORE)
        for database in databases:
            database.measure(options.rounds, options.seconds)
            show(database.name, table_of(database))
    tables = {database.name: table_of(database) for database in databases}
    print()
    print(json.dumps(summary(tables, sizes) | {"databases": tables}))


def made_databases(folder: str, sizes: list[int], postgres: Cluster | None) -> list[Database]:
    """Return the databases to measure, empty. Of the caller's environment, sites get what programs need to run."""
    common = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    common |= {"DATA_DIR": folder, "SECRET_KEY": "only-for-benches-" * 3, "EMAIL_URL": "dummymail://"}
    # Once for all, as the sites share the static files.
    subprocess.run([sys.executable, "-m", "bench.server", "--prepare"], cwd=ROOT, env=common, check=True)
    found = [Database("SQLite", [Site(size, f"sqlite:///{folder}/{size}.sqlite3", common) for size in sizes])]
    if postgres:
        sites = [Site(size, postgres.make(f"hallway_bench_{size}"), common) for size in sizes]
        found.append(Database("PostgreSQL", sites, postgres))
    else:
        print(
            "PostgreSQL is left out: POSTGRES_URL is not set, and no server program is here.", file=sys.stderr
        )
    return found


if __name__ == "__main__":
    main()
