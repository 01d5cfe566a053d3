"""What happened to a contribution beside the decisions about it: kinds tell it in `Contribution.happenings`."""

import dataclasses
import datetime
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was done: `label` says what, as a past participle; `actor` is the member or guest, if known."""

    label: Any
    when: datetime.datetime
    actor: Any = None
    as_moderator: bool = False
