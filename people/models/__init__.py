"""Accounts, guests, and everybody who is credited for something."""

from .guest import Guest
from .notification import Notification
from .person import Person, PersonQuerySet
from .rate import Rate
from .user import Trust, User, UserManager

__all__ = ["Guest", "Notification", "Person", "PersonQuerySet", "Rate", "Trust", "User", "UserManager"]
