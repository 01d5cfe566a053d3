from django import forms

from community.forms import ContributionForm
from people.models import Person

from .models import Bookmark


class BookmarkForm(ContributionForm):
    new_title = "Add a bookmark"
    change_title = "Change the bookmark"
    address = forms.URLField(label="Address", max_length=500, assume_scheme="https")
    first_fields = ("address", "title")

    class Meta:
        model = Bookmark
        fields = ("event", "address", "title")

    def credited(self) -> list[Person]:
        if self.user.is_authenticated:
            return [self.user.person]
        return self.people_named([self.cleaned_data["guest_name"]])
