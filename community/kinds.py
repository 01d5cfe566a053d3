"""The kinds of contribution that are installed. Nothing here, or above it in `community`, names one."""

from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from .models import Contribution


@cache
def kinds() -> "tuple[type[Contribution], ...]":
    """Return the models of all kinds, in the order in which pages show them."""
    from .models import Contribution

    found = [
        model for model in apps.get_models() if issubclass(model, Contribution) and model is not Contribution
    ]
    return tuple(sorted(found, key=lambda model: (model.position, model.KIND)))


@cache
def kinds_by_name() -> "dict[str, type[Contribution]]":
    """Return the models by the word that `Contribution.kind` holds."""
    return {model.KIND: model for model in kinds()}


@cache
def kinds_by_slug() -> "dict[str, type[Contribution]]":
    """Return the models by the word that stands in the address of their lists."""
    return {model.slug: model for model in kinds()}
