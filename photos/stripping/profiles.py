"""Colour profiles: kept, because without them the colours are others, and freed of what names a device."""

# Apple’s tag for the maker and serial number of a screen, and the one where colord notes the machine it was made on.
TELLING = (b"mmod", b"meta")
MAX_TAGS = 200


def freed_profile(profile: bytes, found: set[str]) -> bytes | None:
    """Return the colour profile cut to its own declared length and without what names a device, or None for no profile.

    Its length stays, and so do all numbers that make colours. What was found is added to `found`.
    """
    length = int.from_bytes(profile[:4], "big")
    if profile[36:40] != b"acsp" or not 132 <= length <= len(profile):
        found.add("other")
        return None
    if length < len(profile) and any(profile[length:]):
        found.add("other")
    clean = bytearray(profile[:length])
    for number in range(min(int.from_bytes(clean[128:132], "big"), MAX_TAGS)):
        entry = 132 + 12 * number
        start, size = (int.from_bytes(clean[entry + at : entry + at + 4], "big") for at in (4, 8))
        # The first eight bytes say what kind of value it is.
        start, end = start + 8, min(start + size, length)
        if clean[entry : entry + 4] in TELLING and 132 < start < end and any(clean[start:end]):
            clean[start:end] = bytes(end - start)
            clean[84:100] = bytes(16)  # the profile's own checksum, which may be absent
            found.add("serial number")
    return bytes(clean)
