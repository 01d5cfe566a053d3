"""Editions of conferences, the series that tie them, their days, and who looks after them."""

from .day import Day
from .event import Event, EventQuerySet, Organiser
from .event_decision import EventDecision
from .series import Series

__all__ = ["Day", "Event", "EventDecision", "EventQuerySet", "Organiser", "Series"]
