"""No consent without its ground: a live check of one's own, the sitter's by link, or the source of an artwork."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.webapp.factories import make_consent, make_live_check, make_portrait, make_user, png
from webapp.consent import asking
from webapp.consent.checks import source
from webapp.consent.live import standing
from webapp.consent.live.keeping import forget_unused_films
from webapp.consent.live.models import Challenge, State
from webapp.consent.models import Consent, Depicted, Request
from webapp.consent.services import default_expiry, give_consent
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait
from webapp.uploads.services import delete_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def portrait(creator) -> Portrait:
    return make_portrait(creator)


def give(portrait: Portrait, depicted: Depicted = Depicted.MYSELF, **said) -> Consent:
    told = {"sitter_name": "Ada", "purpose": "A greeting", "statement": "I agree.", "expires_on": default_expiry()}
    return give_consent(created_by=portrait.owner, portrait=portrait, depicted=depicted, **(told | said))


def code_of(*args, **said) -> str:
    with pytest.raises(Refused) as refused:
        give(*args, **said)
    return refused.value.explanation.code


def test_a_consent_of_oneself_rests_on_a_live_check_which_it_names(portrait):
    live = make_live_check(portrait)
    assert give(portrait, live_check=live).live_check == live


@pytest.mark.parametrize("state", [state for state in State if state != State.PASSED])
def test_a_check_that_is_not_passed_is_none(portrait, state):
    assert code_of(portrait, live_check=make_live_check(portrait, state=state)) == "live_needed"


def test_neither_none_nor_an_old_check_nor_somebody_else_s_nor_one_of_other_bytes_will_do(portrait):
    old = make_live_check(portrait, finished_at=timezone.now() - timedelta(hours=25))
    theirs = make_live_check(portrait, by=make_user())
    other = make_live_check(make_portrait(portrait.owner, content=png(shade=9)))
    swapped = make_live_check(portrait)
    for live in (None, old, theirs, other):
        assert code_of(portrait, live_check=live) == "live_needed"
    Portrait.objects.filter(pk=portrait.pk).update(sha256="e" * 64)
    portrait.refresh_from_db()
    assert code_of(portrait, live_check=swapped) == "live_needed"


def test_a_check_of_one_face_in_a_picture_says_nothing_of_another_in_it(portrait):
    """The same group photograph, handed in once more with somebody else chosen, has the same bytes."""
    live = make_live_check(portrait)
    beside = make_portrait(portrait.owner, face_index=1)
    assert beside.sha256 == portrait.sha256
    assert code_of(beside, live_check=live) == "live_needed"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_consent(beside, depicted=Depicted.MYSELF, live_check=live)
    assert standing.latest(beside, portrait.owner) is None


def test_a_check_speaks_for_one_consent_only(portrait):
    live = make_live_check(portrait)
    give(portrait, live_check=live)
    assert code_of(portrait, live_check=live) == "live_needed"


def test_nobody_agrees_for_somebody_else(portrait):
    assert code_of(portrait, Depicted.SOMEONE_ELSE) == "consent_only_by_link"
    own = make_live_check(portrait)
    assert code_of(portrait, Depicted.SOMEONE_ELSE, live_check=own) == "consent_only_by_link"
    request, _ = asking.ask(by=portrait.owner, portrait=portrait, purpose="x", until=default_expiry())
    theirs = make_live_check(portrait, request=request)
    assert code_of(portrait, Depicted.MYSELF, live_check=theirs) == "live_needed"


def test_a_picture_of_nobody_living_needs_source_and_evidence(portrait):
    assert code_of(portrait, Depicted.NOBODY_LIVING) == "consent_source_missing"
    give(portrait, Depicted.NOBODY_LIVING, checks=(source("A museum", "Painted in 1665."),))


@pytest.mark.parametrize("said", [{"statement": "I am 15 and I agree."}, {"sitter_name": "Ada, 12 years old"}])
def test_words_of_a_minor_stop_it(portrait, said):
    assert code_of(portrait, live_check=make_live_check(portrait), **said) == "sitter_minor"


def test_once_a_minor_spoke_no_other_check_of_the_picture_counts(portrait):
    live = make_live_check(portrait)
    make_live_check(portrait, state=State.FAILED, said_minor=True)
    assert code_of(portrait, live_check=live) == "live_minor"


def test_the_database_itself_takes_no_consent_of_the_living_without_a_passed_check(portrait):
    """Somebody, or some code, writes the row behind the services' back."""
    failed = make_live_check(portrait, state=State.FAILED)
    other = make_live_check(make_portrait(portrait.owner, content=png(shade=9)))
    for depicted in (Depicted.MYSELF, Depicted.SOMEONE_ELSE):
        for live in (None, failed, other):
            with pytest.raises(IntegrityError), transaction.atomic():
                make_consent(portrait, depicted=depicted, live_check=live)
    used = make_consent(portrait, depicted=Depicted.MYSELF).live_check
    with pytest.raises(IntegrityError), transaction.atomic():
        make_consent(portrait, depicted=Depicted.MYSELF, live_check=used)


def test_the_film_of_a_portrait_that_is_deleted_is_forgotten(portrait):
    live = make_live_check(portrait)
    delete_upload(upload=portrait)
    assert not default_storage.exists(live.clip.name)


def test_the_film_of_a_consent_stays_and_one_that_no_consent_used_does_not(portrait):
    used, unused = make_live_check(portrait), make_live_check(portrait)
    give(portrait, live_check=used)
    Challenge.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    forget_unused_films()
    assert [default_storage.exists(live.clip.name) for live in (used, unused)] == [True, False]


def test_the_film_of_a_question_that_is_over_is_forgotten(portrait):
    request, _ = asking.ask(by=portrait.owner, portrait=portrait, purpose="x", until=default_expiry())
    live = make_live_check(portrait, request=request, state=State.UNSURE, speaker=b"voice")
    asking.revoke(request)
    assert not default_storage.exists(live.clip.name)
    live.refresh_from_db()
    assert (live.state, bytes(live.speaker)) == (State.FAILED, b"")


def test_what_a_sitter_chose_and_never_finished_is_forgotten_with_the_question(portrait):
    request, _ = asking.ask(by=portrait.owner, portrait=portrait, purpose="x", until=default_expiry())
    past = timezone.now() - timedelta(minutes=1)
    Request.objects.update(terms={"full_name": "Ada", "email": "ada@example.org"})
    forget_unused_films()
    request.refresh_from_db()
    assert request.terms
    Request.objects.update(ends_at=past)
    forget_unused_films()
    request.refresh_from_db()
    assert request.terms == {}
