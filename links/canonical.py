"""Addresses as people paste them: what of them we keep, and by what we know two of them for the same.

`clean` is what is stored and opened. `canonical` is a key to compare by, and never opened: it folds differences that
hardly ever lead to another page (http and https, www., a trailing slash, the order of parameters).
"""

import html
import ipaddress
import re
import stringprep
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, quote, unquote_to_bytes

from django.utils.translation import gettext

from links.reach import is_public
from links.videos import video_at

MAX_LENGTH = 2000


class BadAddress(ValueError):  # noqa: N818 - it reads as what happened
    """The address cannot be taken. `str()` of it says in the person's language what is wrong and what to do."""


@dataclass(frozen=True)
class Address:
    """The parts of a checked address: the host in ASCII, `port` as it is written after the host, or empty."""

    scheme: str
    host: str
    port: str
    path: str
    query: str | None
    fragment: str

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{self.port}{self.path}{query}{fragment}"


def clean(url: str) -> str:
    """Return the address to store and open: complete, in ASCII, without tracking, and without a site that only leads on
    to it. Raises BadAddress.
    """
    address = parse(url)
    for _step in range(MOST_STEPS):
        onward = led_on(address)
        if onward is None:
            break
        address = onward
    kept = str(
        Address(
            address.scheme,
            address.host,
            address.port,
            address.path,
            without_tracking(address.host, address.query),
            "" if is_tracking_fragment(address.fragment) else address.fragment,
        )
    )
    check_length(kept)
    return kept


# One who leads on may lead to another.
MOST_STEPS = 3
# Where a search, a chat or a mail program writes its own address around the one that is meant: which parameter has it.
LEADING_ON = {
    ("google.com", "/url"): ("q", "url"),
    ("youtube.com", "/redirect"): ("q",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("l.instagram.com", "/"): ("u",),
    ("linkedin.com", "/redir/redirect"): ("url",),
    ("out.reddit.com", "/"): ("url",),
    ("slack-redir.net", "/link"): ("url",),
    ("t.umblr.com", "/redirect"): ("z",),
    ("vk.com", "/away.php"): ("to",),
    ("href.li", "/"): ("",),
}
GOOGLE = re.compile(r"google(?:\.[a-z]{2,3}){1,2}")


def led_on(address: Address) -> Address | None:
    """Return the address that this one only leads on to, as it says itself; None where it leads to itself."""
    host = without_mirror(address.host)
    host = "google.com" if GOOGLE.fullmatch(host) else host
    names = LEADING_ON.get((host, address.path)) or LEADING_ON.get((host, address.path.rstrip("/")))
    if host.endswith(".safelinks.protection.outlook.com"):
        names = ("url",)
    given = parse_qs(address.query or "")
    inner = next((given[name][0] for name in names or () if name in given), "")
    if names == ("",):
        inner = address.query or ""
    if not re.match(r"https?://", inner, re.IGNORECASE):
        return None
    # What it leads to is refused as if it had been pasted itself.
    return parse(inner)


def canonical(url: str) -> str:
    """Return the key by which two addresses of one page are equal. Not for opening. Raises BadAddress."""
    cleaned = clean(url)
    if video := video_at(cleaned):
        return video.address
    address = parse(cleaned)
    port = "" if address.port in (":80", ":443") else address.port
    path = re.sub(r"//+", "/", normalise_escapes(address.path, also="=&+")).rstrip("/")
    pieces = [normalise_escapes(piece) for piece in (address.query or "").split("&") if piece]
    # By name alone: of several values under one name, the order may matter.
    query = "&".join(sorted(pieces, key=lambda piece: piece.partition("=")[:2]))
    fragment = address.fragment if address.fragment.startswith(("!", "/")) else ""
    key = str(Address("https", without_mirror(address.host), port, path, query, fragment))
    # Written in one way, what nobody would type (a thousand "%") grows beyond its column.
    return key if len(key) <= MAX_LENGTH else key[: MAX_LENGTH - 65] + "#" + sha256(key.encode()).hexdigest()


def host_label(url: str) -> str:
    """Return the host to show beside a link ("cncf.io"), or "" where `url` is no address that we take.

    Names in Latin letters are shown as they are read; others keep their ASCII form, because letters of two alphabets
    that look alike are how one site passes for another.
    """
    try:
        host = without_mirror(parse(url).host)
    except BadAddress:
        return ""
    shown = ".".join(decoded_label(label) for label in host.split("."))
    latin = all(not sign.isalpha() or unicodedata.name(sign, "").startswith("LATIN") for sign in shown)
    return shown if latin else host


# --- Reading an address -----------------------------------------------------------------------------------------------

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# "example.org:8080/x" has no scheme, though it looks so.
HOST_AND_PORT = re.compile(r"[^/?#@:]*\.[^/?#@:]*:\d*(?:[/?#]|$)")
EMBED_CODE = re.compile(r"""<iframe\b[^>]*?\bsrc\s*=\s*["']?([^\s"'<>]+)""", re.IGNORECASE)
AROUND = "".join(map(chr, range(33))) + "\u00a0\u200b\u2060\ufeff"
AUTHORITY = re.compile(r"[/\\]*([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)


def parse(url: str) -> Address:
    """Take an address apart as a browser would, refusing what nobody else could open. Raises BadAddress."""
    # Browsers drop these wherever they stand: an address broken over two lines of an e-mail still works.
    url = re.sub(r"[\t\r\n]", "", url.strip(AROUND))
    # Half of what is pasted may be tracking; what is left of it is measured by `clean`.
    check_length(url[MAX_LENGTH:])
    if url.startswith("<") and (within := EMBED_CODE.search(url)):
        # Of the code that a player offers for copying, the address is what was meant.
        url = html.unescape(within[1]).strip(AROUND)
    if not url:
        raise BadAddress(gettext("The address is missing. Paste it from your browser’s address bar."))
    scheme, rest = split_scheme(url)
    found = AUTHORITY.fullmatch(rest)
    if found is None:
        raise misspelt()
    authority, path, query, fragment = found[1], found[2] or "", found[3], found[4]
    if "@" in authority:
        raise BadAddress(
            gettext(
                "This address has a name or a password before the “@”. Remove that part: it would be public."
            )
        )
    host, port = split_port(authority, scheme)
    return Address(
        scheme,
        checked_host(host),
        port,
        escape(resolve_dots(path.replace("\\", "/")), "/:@!$&'()*+,;=-._~%[]|"),
        escape(query[1:], "/?:@!$&()*+,;=-._~%[]|{}^`\\") if query else None,
        escape(fragment[1:], "/?:@!$&'()*+,;=-._~%[]|{}^\\#") if fragment else "",
    )


def check_length(url: str) -> None:
    if len(url) > MAX_LENGTH:
        raise BadAddress(
            gettext(
                "This address is longer than %(limit)d characters. Look for a shorter one, for example a “share” link."
            )
            % {"limit": MAX_LENGTH}
        )


def split_scheme(url: str) -> tuple[str, str]:
    found = SCHEME.match(url)
    if not found or HOST_AND_PORT.match(url):
        return "https", url
    if found[1].lower() not in ("http", "https"):
        raise BadAddress(gettext("Only addresses that begin with https:// or http:// can be linked."))
    return found[1].lower(), url[found.end() :]


def split_port(authority: str, scheme: str) -> tuple[str, str]:
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return authority, ""
    if port and not (
        port.isascii() and port.isdigit() and len(port.lstrip("0")) <= 5 and 0 < int(port) < 65536
    ):
        raise BadAddress(
            gettext("The port in this address (the number after “:”) does not exist. Remove it.")
        )
    default = {"http": 80, "https": 443}[scheme]
    return host, f":{int(port)}" if port and int(port) != default else ""


def resolve_dots(path: str) -> str:
    """Return the path with "." and ".." carried out, as written or escaped; it begins with "/"."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        if plain == "..":
            kept = kept[:-1]
        elif plain != ".":
            kept.append(segment)
    if segments and re.sub("%2e", ".", segments[-1], flags=re.IGNORECASE) in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def escape(text: str, safe: str) -> str:
    """Write what may not stand in an address as %XX in UTF-8; what is written so already stays."""
    return quote(text.encode("utf-8", "replace"), safe=safe)


# --- Hosts ------------------------------------------------------------------------------------------------------------

FULL_STOPS = re.compile("[\u3002\uff0e\uff61]")
HOST_SIGNS = re.compile(r"[a-z0-9_-]+")
OWN_NAMES = {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp"}


def checked_host(host: str) -> str:
    """Return the host in ASCII, lower case. Raises BadAddress for one that only some machines can reach."""
    if not host:
        raise BadAddress(gettext("This address names no site. It should look like https://example.org/page."))
    if host.startswith("["):
        return checked_ipv6(host)
    try:
        host = unquote_to_bytes(host.encode("utf-8")).decode("utf-8")
    except UnicodeError as error:
        raise misspelt() from error
    labels = FULL_STOPS.sub(".", unicodedata.normalize("NFKC", host)).lower().split(".")
    if labels[-1] == "" and len(labels) > 1:
        labels.pop()
    labels = [ascii_label(label) for label in labels]
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        return checked_ipv4(labels)
    if labels[-1] in OWN_NAMES:
        raise private()
    if len(labels) < 2 or len(".".join(labels)) > 253:
        raise misspelt()
    return ".".join(labels)


def misspelt() -> BadAddress:
    return BadAddress(
        gettext("No site can have this name. Check the part between “https://” and the next “/”.")
    )


def private() -> BadAddress:
    return BadAddress(
        gettext(
            "This address leads to one computer or an internal network, so others could not open it. Use a public one."
        )
    )


def ascii_label(label: str) -> str:
    """Return one part of a host name as it is asked for: letters of all scripts become xn--…"""
    if label.isascii() and not label.startswith("xn--"):
        if not HOST_SIGNS.fullmatch(label) or len(label) > 63:
            raise misspelt()
        return label
    if label.isascii():
        shown = decoded_label(label)
        if shown == label or shown.isascii() or ascii_label(shown) != label:
            raise misspelt()
        return label
    # Python's own "idna" codec writes ß as ss, which browsers stopped doing: another host.
    mapped = "".join(sign for sign in label if not stringprep.in_table_b1(sign) or sign in "\u200c\u200d")
    mapped = unicodedata.normalize("NFKC", mapped.lower())
    if mapped.isascii():
        return ascii_label(mapped)
    for sign in mapped:
        if sign.isascii() and not HOST_SIGNS.fullmatch(sign):
            raise misspelt()
        if sign not in "\u200c\u200d" and unicodedata.category(sign) in (
            "Cc",
            "Cf",
            "Cn",
            "Co",
            "Cs",
            "Zs",
            "Zl",
            "Zp",
        ):
            raise misspelt()
    if unicodedata.category(mapped[0]).startswith("M"):
        raise misspelt()
    encoded = f"xn--{mapped.encode('punycode').decode('ascii')}"
    if len(encoded) > 63:
        raise misspelt()
    return encoded


def decoded_label(label: str) -> str:
    """Return an xn-- label in its own letters; any other, and one that cannot be read, as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def checked_ipv4(labels: list[str]) -> str:
    """Return a dotted address, from any way of writing one that browsers know: 0x7f.1, 3279880203, 0300.1.2.3"""
    try:
        if len(labels) > 4:
            raise misspelt()
        numbers = [ipv4_number(label) for label in labels]
        last = numbers.pop()
        if any(number > 255 for number in numbers) or last >= 256 ** (4 - len(numbers)):
            raise misspelt()
        value = last + sum(number << (8 * (3 - place)) for place, number in enumerate(numbers))
        address = ipaddress.IPv4Address(value)
    except ValueError as error:
        raise misspelt() from error
    if not is_public(address):
        raise private()
    return str(address)


def ipv4_number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if len(label) > 1 and label.startswith("0"):
        return int(label, 8)
    return int(label)


def checked_ipv6(host: str) -> str:
    try:
        address = ipaddress.IPv6Address(host[1:-1] if host.endswith("]") and "%" not in host else "")
    except ValueError as error:
        raise misspelt() from error
    if not is_public(address):
        raise private()
    return f"[{address}]"


def without_mirror(host: str) -> str:
    """Return the host without www. or the mobile edition's m., where a name is left."""
    for prefix in ("www.", "m.", "mobile."):
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest:
            host = rest
            break
    # Wikipedia's mobile edition names itself behind the language.
    return OTHER_NAMES.get(host, re.sub(r"^([a-z-]+)\.m\.(wik[a-z]+\.org)$", r"\1.\2", host))


# Other names of sites under which the same pages stand.
OTHER_NAMES = {
    "twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
}


# --- What only follows people around ----------------------------------------------------------------------------------

TRACKING_PREFIXES = (
    "utm_",
    "itm_",
    "mtm_",
    "matomo_",
    "pk_",
    "piwik_",
    "hsa_",
    "__hs",
    "_hs",
    "vero_",
    "oly_",
    "guce_",
)
TRACKING = {
    *(
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "twclid",
        "ttclid",
        "li_fat_id",
        "yclid",
    ),
    *(
        "ysclid",
        "_openstat",
        "mc_cid",
        "mc_eid",
        "igshid",
        "igsh",
        "hsctatracking",
        "mkt_tok",
        "wickedid",
        "s_cid",
    ),
    *(
        "ref_src",
        "ref_url",
        "srsltid",
        "epik",
        "guccounter",
        "rb_clickid",
        "_ga",
        "_gl",
        "wt.mc_id",
        "ocid",
        "cmpid",
    ),
    *("xtor", "at_campaign", "at_medium", "trk", "mibextid", "__twitter_impression", "ml_subscriber"),
}
# Names that mean something elsewhere, and nothing but "who shared it" at these sites.
TRACKING_AT = {
    "youtube.com": {"si", "feature", "pp", "ab_channel", "app", "embeds_referring_euri", "source_ve_path"},
    "youtu.be": {"si", "feature"},
    "twitter.com": {"s", "t", "ref"},
    "x.com": {"s", "t", "ref"},
    "medium.com": {"source"},
    "linkedin.com": {"trackingid", "lipi", "rcm", "originalsubdomain"},
    "reddit.com": {"share_id", "rdt"},
    "open.spotify.com": {"si"},
    "substack.com": {"r", "triedredirect", "isfreemail"},
}


def without_tracking(host: str, query: str | None) -> str | None:
    """Return the query without parameters that only say where somebody came from; the others as they were."""
    if not query:
        return query
    labels = host.split(".")
    here: set[str] = set()
    for start in range(len(labels)):
        here |= TRACKING_AT.get(".".join(labels[start:]), set())
    kept = []
    for piece in query.split("&"):
        name = piece.partition("=")[0].lower()
        if not (name.startswith(TRACKING_PREFIXES) or name in TRACKING or name in here):
            kept.append(piece)
    return "&".join(kept)


def is_tracking_fragment(fragment: str) -> bool:
    return fragment.lower().startswith(("utm_", "xtor=", "mtm_", "pk_", "at_medium="))


def normalise_escapes(text: str, also: str = "") -> str:
    """Return `text` with one way of writing each character: %41 becomes A, %c3 becomes %C3, a lone % becomes %25.

    `also` names the separators that mean nothing in this part, so that it is all one whether they are escaped.
    """

    def one(found: re.Match[str]) -> str:
        if not found[1]:
            return "%25"
        sign = chr(int(found[1], 16))
        return (
            sign if re.match(r"[A-Za-z0-9._~!$'()*,;:@-]", sign) or sign in also else f"%{found[1].upper()}"
        )

    return quote(re.sub(r"%([0-9A-Fa-f]{2})?", one, text), safe="%/?:@!$&'()*+,;=-._~")
