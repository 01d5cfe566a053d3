"""The ids that our own schedules carry, by which conference apps, and we ourselves, know a talk again."""

import uuid

OURS = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def as_uuid(guid: str) -> str:
    """Return the id as frab's schema wants it: itself if it is a UUID, else one that is always the same for it."""
    try:
        return str(uuid.UUID(guid)) if len(guid) == 36 else str(uuid.uuid5(OURS, guid))
    except ValueError:
        return str(uuid.uuid5(OURS, guid))


def of_talk(pk: int) -> str:
    """Return the id of a talk that no schedule has named yet."""
    return as_uuid(f"talk:{pk}")


def of_room(main_event_id: int, name: str) -> str:
    """Return the id of a room, which is known here by its name alone."""
    return as_uuid(f"room:{main_event_id}:{name}")
