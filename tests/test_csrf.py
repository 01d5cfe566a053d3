"""A form without a valid token: ours comes back with what was typed, another site's does not."""

import re

import pytest
from django.test import Client

from community.models import Contribution
from tests.cast import client_of
from tests.filling import address, filled, upload

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}
TYPED = 'Two words & a "quote" <script>alert(1)</script>\nand a second line'


def strict(user=None):
    browser = Client(enforce_csrf_checks=True)
    if user is not None:
        browser.cookies = client_of(user).cookies
    return browser


def fields_of(response):
    """Return what the form on the page would send, as a browser reads it."""
    import html

    page = response.content.decode()
    form = page[page.index('<form class="form"') :].partition("</form>")[0]
    inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*inputs, *texts]}


def test_an_expired_form_comes_back_with_what_was_typed_and_can_be_sent_again(event, member):
    browser = strict(member)
    data = filled("recaps", event, body=TYPED, csrfmiddlewaretoken="x" * 64)
    response = browser.post(address("recaps", event), data, headers=HERE)
    assert response.status_code == 403
    assert "<script>alert" not in response.content.decode()
    again = fields_of(response)
    assert again["body"] == TYPED
    assert again["csrfmiddlewaretoken"] != "x" * 64
    assert browser.post(address("recaps", event), again, headers=HERE).status_code == 302
    assert Contribution.objects.get().title == data["title"]


def test_a_form_that_has_lost_all_cookies_comes_back_and_asks_for_a_name(event):
    browser = strict()
    response = browser.post(address("talks", event), filled("talks", event), headers=HERE)
    again = browser.post(address("talks", event), fields_of(response), headers=HERE)
    assert again.status_code == 422
    assert list(again.context["form"].errors) == ["guest_name"]
    assert again.context["form"]["title"].value() == "How eBPF actually works"


def test_the_referrer_is_taken_where_a_browser_names_no_origin(event):
    headers = {"Referer": "http://testserver/somewhere/"}
    response = strict().post(address("talks", event), filled("talks", event), headers=headers)
    assert fields_of(response)["title"] == "How eBPF actually works"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:81"},
        {"Origin": "https://testserver"},
        {"Origin": "https://evil.example", "Referer": "http://testserver/"},
        {"Referer": "https://evil.example/testserver"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_what_another_site_wrote_is_never_put_beside_a_valid_token(headers, event, member):
    response = strict(member).post(address("talks", event), filled("talks", event), headers=headers)
    assert response.status_code == 403
    assert "We could not take this form." in response.content.decode()
    assert "How eBPF actually works" not in response.content.decode()
    assert Contribution.objects.count() == 0


@pytest.mark.parametrize("secret", ["password", "new_password1", "code", "api_token"])
def test_a_secret_is_not_written_into_the_page(secret):
    response = strict().post(
        "/accounts/login/", {"login": "a b@example.org", secret: "hunter two"}, headers=HERE
    )
    assert response.status_code == 403
    assert "hunter two" not in response.content.decode()
    assert "a b@example.org" not in response.content.decode()


def test_photos_are_asked_for_again_and_the_words_beside_them_are_kept(event, member):
    browser = strict(member)
    data = filled("photos", event, title="The corridor & us")
    response = browser.post(address("photos", event), data, headers=HERE)
    assert "Choose them again" in response.content.decode()
    again = browser.post(address("photos", event), fields_of(response), headers=HERE)
    assert list(again.context["form"].errors) == ["pictures"]
    assert again.context["form"]["title"].value() == "The corridor & us"
    token = fields_of(again)["csrfmiddlewaretoken"]
    data = filled("photos", event, pictures=[upload()], csrfmiddlewaretoken=token)
    assert browser.post(address("photos", event), data, headers=HERE).status_code == 302
