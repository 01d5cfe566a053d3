from django.db import models


class Rendition(models.Model):
    """One size of a photo, upright and free of private metadata."""

    photo = models.ForeignKey("photos.Photo", models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    mime = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["width"]
        # What the check of all files asks by.
        indexes = [models.Index(fields=["name"], name="rendition_of_file")]
        constraints = [models.UniqueConstraint(fields=["photo", "width", "mime"], name="rendition_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The address of the file; the view behind it asks who is looking each time."""
        return f"/photos/file/{self.photo.file_key}/{self.width}.webp"
