"""What others may do with a photo: in plain words first, with the licence's own name where there is one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    ASK = "ask", _("Ask me first (all rights reserved)")
    CC_BY = "cc-by-4.0", _("Use it, credit me (CC BY 4.0)")
    CC_BY_SA = "cc-by-sa-4.0", _("Use it, credit me, share alike (CC BY-SA 4.0)")
    CC0 = "cc0-1.0", _("Use it freely (CC0, public domain)")

    @property
    def address(self) -> str:
        """Where the licence itself can be read; empty where all rights are reserved."""
        return ADDRESSES.get(self, "")


ADDRESSES = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}
