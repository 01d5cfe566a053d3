"""Which network addresses stand in the public internet: the only ones that anything here ever connects to."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Of IPv4, what Python's lists call global though nobody's site can be there: protocol assignments, old 6to4 relays.
NOT_SITES_4 = [ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24")]
# Of IPv6 only what is given out to networks. Everything else is somebody's inside, or an IPv4 address in disguise:
# mapped ::ffff:0:0/96, compatible ::/96, NAT64 64:ff9b::/96 (which `is_global` calls global) and 64:ff9b:1::/48.
GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
# Within that: Teredo and other protocols, documentation, 6to4 (an IPv4 address again).
NOT_SITES_6 = [
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]


def is_public(address: IPAddress) -> bool:
    """Return whether a site that everybody can reach may stand at `address`."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in NOT_SITES_4)
    return address in GIVEN_OUT and not any(address in network for network in NOT_SITES_6)
