"""Who may be named on photos: everybody but those who do not want to be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.models import Person
from people.models.person import fold


def check_names(names: list[str], owner: Any) -> None:
    """Raise ValidationError where one of `names` does not want to be named on photos, other than the photo's `owner`
    (a member or None) on their own.
    """
    own = fold(owner.name) if owner else ""
    spared = Person.objects.not_to_be_named(names) - {own}
    for name in names:
        if fold(name) in spared:
            raise ValidationError(
                _(
                    "%(name)s does not want to be named on photos. Leave the name out; you can write “a friend”."
                ),
                params={"name": name},
            )
