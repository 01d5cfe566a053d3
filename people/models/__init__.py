"""Accounts, guests, and everybody who is credited for something."""

from .claim import Claim
from .guest import Guest
from .identity import FormerName
from .merge import PersonMerge
from .notification import Notification
from .person import Person, PersonQuerySet
from .rate import Rate
from .user import Trust, User, UserManager

__all__ = [
    "Claim",
    "FormerName",
    "Guest",
    "Notification",
    "Person",
    "PersonMerge",
    "PersonQuerySet",
    "Rate",
    "Trust",
    "User",
    "UserManager",
]
