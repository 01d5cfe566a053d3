"""Where something is missing or wrong in a form, it says what to do, and never only that a field is required."""

from collections.abc import Iterator

import pytest
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.base import ContentFile
from django.urls import get_resolver
from django.utils.translation import override

from people.signin import ConfirmLoginCodeForm, LoginForm

OF_DJANGO = "This field is required."


def forms_below(form: type) -> Iterator[type[forms.BaseForm]]:
    for one in form.__subclasses__():
        yield one
        yield from forms_below(one)


def test_no_form_says_only_that_a_field_is_required():
    _ = get_resolver().url_patterns  # All views, and so all forms, are loaded then.
    said = {
        f"{form.__name__}.{name}": str(field.error_messages["required"])
        for form in forms_below(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if not field.widget.is_hidden
    }
    assert len(said) > 200
    assert [name for name, words in said.items() if words == OF_DJANGO] == []


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "Fill this in, then send it again."),
        (forms.EmailField(), "Type an e-mail address, for example you@example.org."),
        (forms.BooleanField(), "Tick this to go on."),
        (forms.FileField(), "Choose a file."),
        (forms.TypedChoiceField(), "Choose one of these."),
        (forms.CharField(error_messages={"required": "Of its own."}), "Of its own."),
    ],
)
def test_each_sort_of_field_has_its_own_words(field, words):
    with pytest.raises(forms.ValidationError) as missing:
        field.clean(None)
    assert missing.value.messages == [words]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (forms.CharField(max_length=3), "four", "Make it shorter: it may have 3 characters and has 4."),
        (forms.CharField(max_length=1), "four", "Make it shorter: it may have 1 character and has 4."),
        (forms.CharField(min_length=8), "short", "Make it longer: it takes 8 characters and has 5."),
        (forms.CharField(), "a\0b", "There are characters in it that nobody can see. Type it anew."),
        (forms.IntegerField(max_value=9), "10", "Type a number up to 9."),
        (forms.IntegerField(min_value=1), "0", "Type a number from 1 on."),
        (forms.IntegerField(), "many", "Type a whole number, in digits."),
        (forms.DateField(), "soon", "Type the day as year, month and day, for example 2024-03-19."),
        (forms.DateTimeField(), "soon", "Type the day and the time, for example 2024-03-19 16:30."),
        (forms.EmailField(), "me", "Type an e-mail address, for example you@example.org."),
        (
            forms.URLField(assume_scheme="https"),
            "not one",
            "Paste the whole address of a page; it begins with https://.",
        ),
        (forms.ChoiceField(choices=[("a", "a")]), "b", "Choose one of these."),
        (forms.MultipleChoiceField(choices=[("a", "a")]), ["b"], "Choose at least one of these."),
        (forms.FileField(), ContentFile(b"", "a.txt"), "There is nothing in this file. Choose another one."),
        (forms.FloatField(), "many", "Type a number, in digits."),
        (forms.DurationField(), "long", "Enter a valid duration."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(field, typed, words):
    """The last: what this site has no words for keeps Django's."""
    with pytest.raises(forms.ValidationError) as wrong:
        field.clean(typed)
    assert wrong.value.messages == [words]


def test_forms_of_signing_in_say_what_to_type(rf):
    errors = (
        ConfirmLoginCodeForm({}, code="x").errors,
        LoginForm({"password": ""}, request=rf.get("/")).errors,
    )
    assert [dict(one).get("code") or dict(one).get("password") for one in errors] == [
        ["Type the code from the e-mail."],
        ["Type your password."],
    ]


def test_so_do_those_of_the_admin_in_other_languages():
    with override("fr"):
        assert AuthenticationForm(data={}).errors["username"] == [
            "Remplissez ce champ, puis renvoyez le formulaire."
        ]
