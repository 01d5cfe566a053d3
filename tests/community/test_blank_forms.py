"""A form that nobody has filled in is drawn once a language, and looks as it always did."""

import uuid

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tests.cast import make_talk

TEMPLATE = Template("{% load blank %}{% blank form %}")


class NameForm(forms.Form):
    name = forms.CharField(label=_("Your name"), required=False, max_length=5)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)


def drawn(form: forms.Form) -> str:
    return TEMPLATE.render(Context({"form": form}))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_time_it_looks_as_django_draws_it_with_its_own_key(language):
    with override(language):
        for words in ({}, {}, {"name": "Ada"}, {}):
            initial = {"submission_key": uuid.uuid4(), **words}
            assert drawn(NameForm(initial=initial)) == NameForm(initial=initial).render()


def test_what_somebody_typed_is_drawn_anew_with_its_errors():
    form = NameForm({"name": "too long", "submission_key": str(uuid.uuid4())})
    assert drawn(form) == form.render()
    assert drawn(NameForm()) == NameForm().render()


@pytest.mark.django_db
def test_no_two_visitors_get_the_same_key(event, member):
    address = make_talk(event, member).get_absolute_url()
    keys = [
        part.partition('"')[0]
        for _ in range(2)
        for part in Client().get(address).content.decode().split('name="submission_key" value="')[1:]
    ]
    assert len(keys) > 4
    assert len(set(keys)) == len(keys)
