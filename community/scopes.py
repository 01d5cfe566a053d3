"""What notifications are about, by name (NOTIFICATION_SCOPES): as far as a member may see it."""

from collections.abc import Collection

from events.models import Event
from people.models import Person, User
from people.scopes import Named

from .models import Contribution


def items(user: User, ids: Collection[int]) -> dict[int, Named]:
    """Return the items of these ids that `user` may see."""
    rows = Contribution.objects.visible_to(user).filter(pk__in=ids)
    return {item.pk: Named(str(item), item.get_absolute_url()) for item in rows}


def events(user: User, ids: Collection[int]) -> dict[int, Named]:
    """Return the events of these ids that `user` may see."""
    rows = Event.objects.visible_to(user).filter(pk__in=ids)
    return {event.pk: Named(event.name, event.get_absolute_url()) for event in rows}


def persons(user: User, ids: Collection[int]) -> dict[int, Named]:
    """Return the people of these ids, who did something that `user` was told; with an address if they have a page."""
    from .views.person import people_visible_to

    people = {
        person.pk: person.now for person in Person.objects.filter(pk__in=ids).select_related("merged_into")
    }
    paged = set(
        people_visible_to(user)
        .filter(pk__in=[one.pk for one in people.values()])
        .values_list("pk", flat=True)
    )
    return {
        pk: Named(one.name, one.get_absolute_url() if one.pk in paged else "") for pk, one in people.items()
    }
