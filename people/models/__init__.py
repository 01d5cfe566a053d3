"""Accounts, guests, and everybody who is credited for something."""

from .claim import Claim
from .guest import Guest
from .identity import FormerName
from .merge import PersonMerge
from .mute import Mute
from .notification import Notification
from .person import Person, PersonQuerySet
from .preference import Preference
from .rate import Rate
from .user import Trust, User, UserManager

__all__ = [
    "Claim",
    "FormerName",
    "Guest",
    "Mute",
    "Notification",
    "Person",
    "PersonMerge",
    "PersonQuerySet",
    "Preference",
    "Rate",
    "Trust",
    "User",
    "UserManager",
]
