"""How often somebody may do something: counted in the database, so that all web processes count together.

    if rates.hit("removal", rates.address_of(request)) > settings.TAKEDOWNS_PER_HOUR:
        ...  # 429, in words

Count outside a transaction that may be rolled back: a try that failed is a try.
"""

import datetime
import ipaddress

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Rate

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def hit(what: str, whose: str = "", *, per: datetime.timedelta = HOUR) -> int:
    """Count one more of `what` by `whose` (an address, an id; nothing: everybody); return how many that makes in the
    stretch of time that we are in. One statement: of many at the same moment each gets a number of its own.
    """
    key, expires_at = _key(what, whose, per)
    table = connection.ops.quote_name(Rate._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            # The table's name is our own model's; what comes from outside is a parameter.
            f"INSERT INTO {table} (key, count, expires_at) VALUES (%s, 1, %s) "  # noqa: S608
            f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [key, connection.ops.adapt_datetimefield_value(expires_at)],
        )
        return cursor.fetchone()[0]


def used(what: str, whose: str = "", *, per: datetime.timedelta = HOUR) -> int:
    """Return how many there were so far, without counting one more."""
    return Rate.objects.filter(key=_key(what, whose, per)[0]).values_list("count", flat=True).first() or 0


def _key(what: str, whose: str, per: datetime.timedelta) -> tuple[str, datetime.datetime]:
    """Return the key of the stretch that we are in, and when it ends. Stretches follow each other without a gap."""
    now = timezone.now()
    number = int(now.timestamp() // per.total_seconds())
    ends_at = datetime.datetime.fromtimestamp((number + 1) * per.total_seconds(), datetime.UTC)
    # The day is part of the key's key: with the same address, tomorrow's hash is another.
    hashed = salted_hmac(f"people.rates {now:%Y-%m-%d}", f"{what}\n{whose}\n{number}", algorithm="sha256")
    return hashed.hexdigest(), ends_at


def address_of(request: HttpRequest) -> str:
    """Return the client's address as it is counted, behind PROXIES proxies of ours: of IPv6 the network that one
    household has (/64). What cannot be read is counted together.
    """
    chain = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), request.META.get("REMOTE_ADDR", "")]
    # Only what our own proxies have written can be believed: each of them adds who it was called by.
    place = len(chain) - 1 - settings.ALLAUTH_TRUSTED_PROXY_COUNT
    try:
        address = ipaddress.ip_address(chain[max(place, 0)].strip())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed[:8] + bytes(8), 64)))
    return str(address)
