"""Talks: something said on a stage. A title is enough."""

from .resource import Resource, ResourceDecision
from .schedule import ScheduleEntry, ScheduleImport
from .suggestion import Suggestion
from .talk import Talk, TalkQuerySet
from .title_gram import TitleGram
from .video_list import VideoList
from .watch_list import Watched, WatchList

__all__ = [
    "Resource",
    "ResourceDecision",
    "ScheduleEntry",
    "ScheduleImport",
    "Suggestion",
    "Talk",
    "TalkQuerySet",
    "TitleGram",
    "VideoList",
    "WatchList",
    "Watched",
]
