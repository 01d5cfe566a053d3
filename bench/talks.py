"""How quickly talks are suggested while somebody types, over 100,000 of them: `make bench-talks`, see README.md.

Fills a database of each kind, and asks it what people would have typed so far, mistakes and all; every question once
more as a plain prefix look-up, in turns. Ends with one line of JSON.
"""

import argparse
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.matching import mistyped, talks_of
from bench.postgres import cluster

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2_000


# --- In a process of its own, with the settings of one database -------------------------------------------------------


def made_up(titles: list[str], size: int, chance: random.Random) -> list[str]:
    """Return so many titles: the real ones, then beginnings of some with ends of others."""
    found = titles[:size]
    while len(found) < size:
        start, end = chance.choice(titles).split(), chance.choice(titles).split()
        found.append(" ".join([*start[: len(start) // 2 + 1], *end[len(end) // 2 :]])[:200])
    return found


def fill(size: int, chance: random.Random) -> list[Any]:
    """Put `size` public talks into the empty database; return the events that they stand at, the largest first."""
    from django.db import transaction

    from bench.dataset import insert, make_event
    from community.models import Credit
    from people.models import Person
    from people.models.person import fold
    from talks.models import Talk
    from talks.suggesting import count_grams, update_titles

    day = datetime.date(2024, 3, 19)
    events = [make_event(f"Meeting {number}", day, days=2) for number in range(100)]
    shares = [20 * len(events), *([80] * (len(events) - 1))]  # a fifth stands at the largest
    names = [f"Speaker {number}" for number in range(2_000)]
    people = Person.objects.bulk_create(
        [Person(name=name, folded_name=fold(name), handle=f"speaker-{n}") for n, name in enumerate(names)]
    )
    titles = made_up([title for title, _names in talks_of(os.environ.get("HALLWAY_CORPUS"))], size, chance)
    moment = datetime.datetime(2024, 3, 20, tzinfo=datetime.UTC)
    for start in range(0, size, AT_ONCE):
        rows = []
        for number, title in enumerate(titles[start : start + AT_ONCE], start=start + 1):
            event = chance.choices(events, shares)[0]
            talk = Talk(id=number, contribution_ptr_id=number, kind=Talk.KIND, title=title[:200], event=event)
            talk.main_event_id, talk.state, talk.published_at = event.pk, "public", moment
            rows.append(talk)
        with transaction.atomic():
            insert(Talk, rows)
            Credit.objects.bulk_create(
                [Credit(contribution_id=row.pk, person=chance.choice(people), position=0) for row in rows]
            )
            update_titles([row.pk for row in rows])
    count_grams()
    return events


def typed_so_far(titles: list[str], chance: random.Random) -> tuple[str, str]:
    """Return what somebody may have typed of a title when they pause (two letters or more, half of it mistyped), and
    the title.
    """
    title = meant = chance.choice(titles)
    if chance.random() < 0.2:
        # A few words from the middle, as one remembers them.
        of = title.split()
        title = " ".join(chance.sample(of, min(len(of), 3)))
    typed = title[: chance.randint(2, 40)]
    return (mistyped(typed, chance) if chance.random() < 0.5 and len(typed) > 6 else typed), meant


def prefix_table() -> Callable[[str], list[Any]]:
    """Make a table of titles with a plain index; return what looks up those that begin with something."""
    from django.db import connection

    from talks.matching import key
    from talks.models import Talk

    collation = 'COLLATE "C"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_prefix (talk_id bigint PRIMARY KEY, title text {collation} NOT NULL)"
        )
        rows = [(pk, key(title)) for pk, title in Talk.objects.values_list("pk", "title")]
        cursor.executemany("INSERT INTO bench_prefix VALUES (%s, %s)", rows)
        cursor.execute("CREATE INDEX bench_prefix_title ON bench_prefix (title)")

    def look_up(typed: str) -> list[Any]:
        begins = key(typed)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT talk_id FROM bench_prefix WHERE title >= %s AND title < %s ORDER BY title LIMIT 8",
                [begins, begins + "\U0010ffff"],
            )
            ids = [row[0] for row in cursor.fetchall()]
        # What is shown of them costs the same in both.
        return list(Talk.objects.public().for_suggestions().filter(pk__in=ids))

    return look_up


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def measure(size: int, questions: int) -> dict[str, float]:
    """Fill the database of the settings, ask, and return the figures."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from talks.matching import key, share_found, words
    from talks.models import Talk
    from talks.suggesting import SHOWN, suggest

    call_command("migrate", interactive=False, verbosity=0)
    chance = random.Random(5)  # the same each time
    began = time.perf_counter()
    events = fill(size, chance)
    filled = time.perf_counter() - began
    look_up = prefix_table()
    if connection.vendor == "postgresql":
        # As it would be found after a night: PostgreSQL does this by itself, in time. SQLite does not.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    titles = list(Talk.objects.order_by("pk").values_list("title", flat=True))
    browser = Client()
    found: list[bool] = []
    asked: dict[str, list[float]] = {"suggest": [], "prefix": [], "suggest_cpu": [], "answer": []}
    for number in range(-20, questions):
        typed, meant = typed_so_far(titles, chance)
        event = chance.choice([events[0], chance.choice(events), None])
        query = {"q": typed, "event": event.slug if event else ""}
        began = time.thread_time()
        wall = timed(lambda typed=typed, event=event: suggest(typed, event))
        cpu = 1000 * (time.thread_time() - began)
        times = {
            "suggest": wall,
            "prefix": timed(lambda typed=typed: look_up(typed)),
            "suggest_cpu": cpu,
            "answer": timed(lambda query=query: browser.get("/talks/suggestions/", query)),
        }
        # The first ones warm up.
        for name, spent in times.items() if number >= 0 else ():
            asked[name].append(spent)
        if number >= 0 and len(key(typed)) >= 12:
            answers = browser.get("/talks/suggestions/", query).json()["talks"]
            shares = [share_found(words(typed), words(one["title"])) for one in answers]
            # Many begin alike here: then eight that are as good as the one that was meant are an answer, too.
            least = min(shares) if len(shares) == SHOWN else 1.0
            right = key(meant) in [key(one["title"]) for one in answers]
            found.append(right or share_found(words(typed), words(meant)) <= least)
    figures = {}
    for name, spent in asked.items():
        figures[f"{name}_p50_ms"] = round(statistics.median(spent), 2)
        figures[f"{name}_p95_ms"] = round(statistics.quantiles(spent, n=100)[94], 2)
        figures[f"{name}_max_ms"] = round(max(spent), 2)
    figures["found"] = round(sum(found) / len(found), 4)
    return {**figures, "filled_s": round(filled, 1)}


# --- Both databases ---------------------------------------------------------------------------------------------------


def measured_at(url: str, options: argparse.Namespace) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="hallway-bench-") as folder:
        environment = os.environ | {
            "DATA_DIR": folder,
            "DATABASE_URL": url or f"sqlite:///{folder}/bench.sqlite3",
            "SECRET_KEY": "only-for-the-bench-" * 3,
            "SITE_URL": "http://testserver",
        }
        command = [sys.executable, "-m", "bench.talks", "--here", f"--size={options.size}"]
        command.append(f"--questions={options.questions}")
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="how many talks there are")
    parser.add_argument("--questions", type=int, default=1_000, help="how often somebody pauses while typing")
    parser.add_argument(
        "--here", action="store_true", help="measure the database of the settings, which is empty"
    )
    options = parser.parse_args()
    if options.here:
        print(json.dumps(measure(options.size, options.questions)))
        return
    tables = {"sqlite": measured_at("", options)}
    with cluster() as server:
        if server:
            tables["postgresql"] = measured_at(server.make("hallway_bench_talks"), options)
        else:
            print("bench.talks: no PostgreSQL found, so only SQLite is measured", file=sys.stderr)
    for name, table in tables.items():
        print(name, table)
    figures = {
        "suggest_p95_ms": max(table["suggest_p95_ms"] for table in tables.values()),
        "suggest_vs_prefix": round(
            max(table["suggest_p95_ms"] / table["prefix_p95_ms"] for table in tables.values()), 2
        ),
        "suggest_finds": min(table["found"] for table in tables.values()),
        "talks": options.size,
        "questions": options.questions,
        "databases": tables,
    }
    print(json.dumps(figures))
    if figures["suggest_p95_ms"] >= 30:
        sys.exit("bench.talks: below the bar")


if __name__ == "__main__":
    main()
