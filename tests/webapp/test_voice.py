"""Whose voice a video speaks with: known when it is asked for, said on the label and in the manifest."""

from __future__ import annotations

from array import array

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from provenance.manifest import VOICES
from tests.webapp.acts import ask_for_video
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, wav
from webapp.uploads.models import RecordingUse
from webapp.videos.label import label_for
from webapp.videos.same_voice import SAME_VOICE, cosine
from webapp.videos.voice import VoiceKind, whose_voice

pytestmark = pytest.mark.django_db


def vector(likeness: float) -> bytes:
    """Of unit length, with this cosine to vector(1)."""
    return array("f", [likeness, (1 - likeness**2) ** 0.5, *[0.0] * 254]).tobytes()


def agreed_aloud(creator, portrait, likeness: float = 1.0):
    statement = make_recording(creator, use=RecordingUse.STATEMENT, speaker=vector(likeness))
    return make_consent(portrait, recorded_statement=statement)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"speaker": vector(0.9)}, {"kind": "sitter", "similarity": 0.9}),
        ({"speaker": vector(SAME_VOICE - 0.02)}, {"kind": "unproven", "similarity": 0.78}),
        ({"speaker": vector(0.5), "voice_of": "Ada"}, {"kind": "agreed", "similarity": 0.5}),
        ({"speaker": vector(0.9), "voice_of": "Ada"}, {"kind": "sitter", "similarity": 0.9}),
        ({"synthetic_voice": True}, {"kind": "synthetic"}),
        ({}, {"kind": "unproven"}),
    ],
)
def test_what_is_known_of_a_voice(creator, fields, expected):
    consent = agreed_aloud(creator, make_portrait(creator))
    assert whose_voice(make_recording(creator, **fields), consent) == expected


def test_without_a_spoken_statement_no_voice_is_shown_to_be_the_sitters(creator):
    consent = make_consent(make_portrait(creator))
    assert whose_voice(make_recording(creator, speaker=vector(1)), consent) == {"kind": "unproven"}
    assert cosine(vector(1), vector(0.3)) == pytest.approx(0.3)


def test_it_is_kept_with_the_request_and_named_on_the_label(creator):
    portrait = make_portrait(creator)
    consent, recording = agreed_aloud(creator, portrait), make_recording(creator, speaker=vector(0.55))
    job = ask_for_video(consent, recording)
    assert job.voice == {"kind": "unproven", "similarity": 0.55}
    assert "The voice was not shown to be the sitter’s" in [line.line for line in label_for(job, creator).lines]


def test_every_kind_has_its_words_on_the_label_and_old_videos_have_none(creator):
    job = make_job(creator)
    assert "voice" not in {line.key for line in label_for(job, creator).lines}
    told = set()
    for kind in VoiceKind:
        job.voice = {"kind": str(kind)}
        (line,) = (line for line in label_for(job, creator).lines if line.key == "voice")
        told.add(line.line)
    assert len(told) == len(VoiceKind)
    assert set(VoiceKind.values) == {*VOICES, "sitter"}


def test_somebody_else_who_speaks_is_named_and_has_to_agree(creator, log_in):
    browser, address = log_in(creator), reverse("uploads:recording-new")

    def send(**said: str):
        return browser.post(address, {"file": SimpleUploadedFile("a.wav", wav()), **said})

    assert "needs their yes" in send(voice_of="Ada Lovelace").content.decode()
    assert not creator.recordings.exists()
    assert send(voice_of="Ada Lovelace", voice_agrees="on").status_code == 302
    assert creator.recordings.get().voice_of == "Ada Lovelace"
    assert send(voice_agrees="on").status_code == 302
