from django import forms

from links.fields import AddressField

PRIVATE = "This address leads to one computer or an internal network, so others could not open it. Use a public one."


class LinkForm(forms.Form):
    link = AddressField()
    other = AddressField(required=False, max_length=2000)


def test_an_address_without_scheme_is_completed() -> None:
    form = LinkForm({"link": " example.org/x?utm_source=mail "})
    assert form.is_valid()
    assert form.cleaned_data == {"link": "https://example.org/x", "other": ""}


def test_a_bad_address_is_explained_at_its_field_and_stays_typed() -> None:
    form = LinkForm({"link": "https://me:secret@example.org/", "other": "http://localhost/"})
    assert form.errors == {
        "link": [
            "This address has a name or a password before the “@”. Remove that part: it would be public."
        ],
        "other": [PRIVATE],
    }
    assert 'value="https://me:secret@example.org/"' in str(form["link"])


def test_a_missing_address_is_asked_for() -> None:
    assert LinkForm({}).errors == {"link": ["Paste the address, for example https://example.org/page."]}


def test_the_browser_takes_an_address_without_scheme_and_does_not_cut_a_long_one() -> None:
    field = str(LinkForm()["link"])
    assert 'type="text"' in field
    assert 'inputmode="url"' in field
    assert "maxlength" not in field
