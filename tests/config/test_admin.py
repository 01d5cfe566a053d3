"""The admin wears the site's face lightly, and leads back to it."""

import pytest
from django.urls import reverse

from tests.cast import client_of

pytestmark = pytest.mark.django_db


def test_every_page_of_it_leads_to_the_site_the_queue_and_the_style_guide(admin_user):
    page = client_of(admin_user).get("/admin/").content.decode()
    assert [page.count(f'href="{address}"') > 0 for address in ("/", "/queue/", "/styleguide/")] == [True] * 3
    assert ("css/pages/admin.css" in page, "css/tokens.css" in page, "theme.js" in page) == (
        True,
        True,
        False,
    )


def test_the_page_of_an_event_there_leads_to_its_page_here(admin_user, event):
    client = client_of(admin_user)
    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    address = page.partition('class="viewsitelink"')[0].rpartition('href="')[2].partition('"')[0]
    assert client.get(address).headers["Location"].endswith(event.get_absolute_url())
