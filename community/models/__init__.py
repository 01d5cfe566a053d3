"""Where the kinds meet: contributions, their tags, credits, relations, versions and counts."""

from .bringer import Bringer
from .card import Card
from .contribution import Contribution, ContributionQuerySet
from .credit import Credit
from .decision import Decision
from .draft import Draft, DraftQuerySet
from .following import Digest, Following
from .mention import Mention
from .merge import Merge
from .pick import Pick
from .relation import Guess, Relation
from .revision import Revision
from .tag import Tag, TagDecision, TaggedContribution, TaggedEvent, TagQuerySet
from .tally import Tally

__all__ = [
    "Bringer",
    "Card",
    "Contribution",
    "ContributionQuerySet",
    "Credit",
    "Decision",
    "Digest",
    "Draft",
    "DraftQuerySet",
    "Following",
    "Guess",
    "Mention",
    "Merge",
    "Pick",
    "Relation",
    "Revision",
    "Tag",
    "TagDecision",
    "TagQuerySet",
    "TaggedContribution",
    "TaggedEvent",
    "Tally",
]
