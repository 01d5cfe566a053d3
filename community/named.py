"""What of an event a text names, as a kind recognises it (`Contribution.named_in`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """A contribution (its id) that a text names; `certain`: beyond doubt, so that nobody has to be asked."""

    pk: int
    certain: bool
