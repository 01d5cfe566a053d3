"""Worth reading: what is recommended, and not always the same (docs/decisions/0016)."""

import itertools
import re

import pytest

from community.models import Contribution
from discussion.models import Favourite
from discussion.variety import Candidate, ranked
from people.models import Person
from tests.cast import client_of, make_recap, make_user
from tests.community.pages import cost


def candidate(pk, relevance=0.5, author=0, event=1, language="en"):
    return Candidate(pk, relevance, frozenset({author or pk}), event, (language,))


def order(*candidates):
    return [one.pk for one, _number in ranked(candidates)]


def worth_reading(event):
    page = client_of(None).get(event.get_absolute_url()).content.decode()
    section = page.partition('id="section-recaps"')[2].partition("</section>")[0]
    return re.findall(r'<h3 class="card-title"[^>]*><a href="[^"]*">([^<]*)</a>', section)


def test_what_more_people_recommend_comes_first_and_of_equal_ones_the_first_that_was_given():
    assert order(candidate(1, 0.2), candidate(2, 0.9), candidate(3, 0.5), candidate(4, 0.5)) == [2, 3, 4, 1]


@pytest.mark.parametrize("other", [{"author": 9}, {"event": 2}, {"language": "fr"}])
def test_another_author_event_or_language_comes_before_a_little_more_of_the_same(other):
    best, same = candidate(1, 1.0, author=5), candidate(2, 0.5, author=5)
    different = candidate(3, 0.45, **({"author": 5} | other))
    assert order(best, same, different) == [1, 3, 2]


def test_what_everybody_recommends_is_not_kept_down_for_the_sake_of_variety():
    assert order(
        candidate(1, 1.0, author=5), candidate(2, 0.95, author=5), candidate(3, 0.1, language="fr")
    ) == [1, 2, 3]


def test_the_number_never_grows_from_one_place_to_the_next():
    many = [
        candidate(
            pk, (pk * 7 % 10) / 10, author=pk % 3 + 1, event=pk % 2, language="enfrde"[pk % 3 * 2 :][:2]
        )
        for pk in range(1, 40)
    ]
    numbers = [number for _one, number in ranked(many)]
    assert all(before >= after >= 0 for before, after in itertools.pairwise(numbers))


@pytest.mark.django_db
def test_an_events_page_has_them_in_that_order_and_asks_no_more_for_it(
    event, colocated, member, newcomer, run_jobs
):
    ada, bob = (Person.objects.create(name=name) for name in ("Ada", "Bob"))
    before = cost(lambda: client_of(None).get(event.get_absolute_url()))
    one = make_recap(event, member, title="Ada one", credit=[ada], language="en")
    make_recap(event, member, title="Ada two", credit=[ada], language="en")
    make_recap(colocated, member, title="Bob, in French, next door", credit=[bob], language="fr")
    two = make_recap(event, member, title="Bob", credit=[bob], language="en")
    make_recap(event, newcomer, title="Waiting", credit=[ada])
    fans = [make_user(f"fan {number}", trust="granted") for number in range(4)]
    for fan in fans:
        Favourite.give(one, by=fan)
    Favourite.give(two, by=fans[0])
    run_jobs()
    assert worth_reading(event) == ["Ada one", "Bob, in French, next door", "Bob", "Ada two"]
    assert cost(lambda: client_of(None).get(event.get_absolute_url())) <= before + 1
    assert Contribution.objects.get(title="Waiting").score == 0
    one.withdraw(by=member)
    run_jobs()
    assert worth_reading(event)[0] == "Bob"
