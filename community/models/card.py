from django.db import models


class Card(models.Model):
    """A contribution's card as HTML, drawn when it is written instead of each time it is read.

    A row is only ever a copy: whatever changes what a card shows deletes the row in the same transaction, and a
    missing row is drawn live (community.stream) until the worker has drawn it again. So a card is never stale.
    `look` says what it was drawn with (community.look); a card of another look counts as missing.
    """

    # A copy, drawn anew.
    stays_when_merged = True

    contribution = models.ForeignKey("community.Contribution", models.CASCADE, related_name="cards")
    language = models.CharField(max_length=10)
    look = models.CharField(max_length=16, default="")
    html = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contribution", "language"], name="card_once_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.language}"
