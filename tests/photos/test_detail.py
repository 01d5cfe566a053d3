"""The page of one photo, and how it stands in lists."""

import pytest

from photos.models import Photo, Rendition
from tests.cast import client_of, make_photo

pytestmark = pytest.mark.django_db


def page(photo, who=None):
    return client_of(who).get(photo.get_absolute_url()).content.decode()


def test_the_picture_stands_with_its_words_its_size_and_its_licence(event, member):
    html = page(make_photo(event, member, alt='A "corridor" & us', licence="cc-by-sa-4.0"))
    assert 'alt="A &quot;corridor&quot; &amp; us" width="320" height="240"' in html
    assert 'href="https://creativecommons.org/licenses/by-sa/4.0/" rel="license"' in html


def test_a_photo_that_is_being_prepared_says_so_to_its_owner_and_is_absent_for_others(event, member):
    photo = make_photo(event, member)
    Photo.objects.filter(pk=photo.pk).update(ready=False)
    photo.renditions.all().delete()
    assert "It is being prepared" in page(photo, member)
    assert client_of(None).get(photo.get_absolute_url()).status_code == 404


def test_only_its_owner_and_moderators_learn_that_the_file_told_where_it_was_taken(event, member, moderator):
    photo = make_photo(event, member)
    Photo.objects.filter(pk=photo.pk).update(had_place=True)
    told = ["The file said where it was taken." in page(photo, who) for who in (None, member, moderator)]
    assert told == [False, True, True]


def test_the_gallery_shows_each_photo_in_its_own_shape(event, member):
    photo = make_photo(event, member, alt="Seen from the stage")
    html = client_of(None).get(f"/events/{event.slug}/photos/").content.decode()
    assert '<li class="ar-4-3">' in html
    assert f'src="/photos/file/{photo.file_key}/320.webp"' in html
    assert 'alt="Seen from the stage"' in html


def test_a_gallery_without_photos_invites(event):
    html = client_of(None).get(f"/events/{event.slug}/photos/").content.decode()
    assert "No photo yet. Is there one on your phone?" in html
    assert f"/photos/new/{event.slug}/" in html


def test_the_page_asks_for_no_photo_larger_than_it_is(event, member):
    photo = make_photo(event, member)
    assert 'sizes="(min-width: 320px) 320px, 88vw"' in page(photo)
    Rendition.objects.filter(photo=photo).update(width=2000, height=1500)
    assert 'sizes="(min-width: 1152px) 1152px, 88vw"' in page(photo)
