"""How often somebody may do something is counted once for all processes, and tells nobody's address."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from people import rates
from people.models import Rate


@pytest.mark.django_db
def test_each_hit_gets_the_next_number_and_others_count_apart() -> None:
    assert [rates.hit("knock", "10.0.0.1") for _ in range(3)] == [1, 2, 3]
    assert rates.hit("knock", "10.0.0.2") == 1
    assert rates.hit("ring", "10.0.0.1") == 1
    assert (rates.used("knock", "10.0.0.1"), rates.used("knock", "10.0.0.3")) == (3, 0)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_each_gets_a_number_of_its_own() -> None:
    def knock(_: int) -> int:
        try:
            return rates.hit("knock", "10.0.0.1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(knock, range(40))) == list(range(1, 41))


@pytest.mark.django_db
def test_the_next_hour_begins_at_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.datetime(2024, 3, 20, 9, 59, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert [rates.hit("knock", "a"), rates.hit("knock", "a")] == [1, 2]
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(minutes=1))
    assert rates.hit("knock", "a") == 1


@pytest.mark.django_db
def test_no_address_is_stored_and_tomorrows_hash_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.datetime(2024, 3, 20, 9, 0, tzinfo=datetime.UTC)
    for moment in (now, now + datetime.timedelta(days=1)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        rates.hit("knock", "192.0.2.77", per=datetime.timedelta(days=30))
    keys = list(Rate.objects.values_list("key", flat=True))
    assert len(keys) == 2
    assert not any("192.0.2.77" in str(list(row.values())) for row in Rate.objects.values())


@pytest.mark.django_db
def test_what_is_over_is_swept_away(run_jobs: Any) -> None:
    from people.tasks import forget_rates

    rates.hit("knock", "a")
    Rate.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    rates.hit("ring", "a")
    forget_rates.enqueue()
    run_jobs()
    assert Rate.objects.count() == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "", "192.0.2.1", "192.0.2.1"),
        # Without a proxy of ours, nobody may write their own address.
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "10.0.0.2", "203.0.113.9"),
        (1, "", "", "unknown"),
        (1, "203.0.113.9", "", "203.0.113.9"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        # One household has all addresses of a network.
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxy_saw(
    settings: Any, proxies: int, forwarded: str, remote: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=remote, **extra)
    assert rates.address_of(request) == address
