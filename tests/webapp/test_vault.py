"""Recordings of statements lie locked: in a folder and elsewhere, whatever happens to them; never without key."""

from __future__ import annotations

import io
import random
import wave
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from provenance.locked import is_locked
from provenance.statement_key import rotate_statement_key
from tests.webapp.factories import make_consent, make_portrait, make_recording
from webapp.consent.live import services as live
from webapp.consent.live.models import Challenge, State
from webapp.errors_text import Refused
from webapp.uploads import checks, services
from webapp.uploads.models import Recording, RecordingUse
from webapp.vault import Locks

pytestmark = pytest.mark.django_db
SAID = random.Random(7).randbytes(70_000)


class Memory(InMemoryStorage):
    """Measures what it holds without opening it as others do."""

    def size(self, name):
        return len(InMemoryStorage._open(self, name).read())


class Elsewhere(Locks, Memory):
    """A store without a folder."""


def stored_files(settings) -> list[Path]:
    return [path for path in (settings.DATA / "media").rglob("*") if path.is_file()]


def lies_plain(settings, plain: bytes) -> bool:
    pieces = [plain[k : k + 64] for k in range(0, len(plain) - 64, len(plain) // 9)]
    return any(piece in path.read_bytes() for path in stored_files(settings) for piece in pieces)


def spoken(creator, content: bytes = SAID) -> Recording:
    return make_recording(creator, content=content, use=RecordingUse.STATEMENT)


def filmed(creator) -> Challenge:
    challenge = live.begin(make_portrait(creator), "en")
    live.draw(challenge, is_adult=True)
    live.receive(challenge, film=ContentFile(SAID, name="me.webm"), timed=True)
    return challenge


def test_a_film_of_a_sitter_is_never_stored_plain(creator, reviewer, settings):
    challenge = filmed(creator)
    stored = default_storage.path(challenge.clip.name)
    assert is_locked(Path(stored).read_bytes())
    live.settle(challenge, State.UNSURE, [])
    live.decide(challenge, by=reviewer, passes=True, reason="It is them.")
    assert not lies_plain(settings, SAID)
    with Challenge.objects.get().clip.open() as film:
        assert film.read() == SAID
    assert challenge.clip.size == len(SAID)


def test_what_drives_a_portrait_is_stored_as_it_comes(creator, settings):
    make_recording(creator, content=SAID[::-1])
    assert lies_plain(settings, SAID[::-1])


@pytest.mark.slow
def test_a_spoken_statement_is_never_stored_plain_from_upload_to_check(creator, settings):
    chance, file = random.Random(3), io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(chance.randbytes(2 * 16000 * 3))
    upload, before = SimpleUploadedFile("me.wav", file.getvalue()), set(stored_files(settings))
    recording = services.receive_recording(owner=creator, file=upload, use=RecordingUse.STATEMENT)
    assert not lies_plain(settings, file.getvalue())
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert recording.is_ready
    with recording.file.open() as clean:
        flac = clean.read()
    assert flac[:4] == b"fLaC"
    assert not lies_plain(settings, flac)
    new = [path.read_bytes()[:4] for path in stored_files(settings) if path not in before]
    assert new
    assert not {b"fLaC", b"RIFF"}.intersection(new)


def test_a_store_elsewhere_locks_as_well():
    store = Elsewhere()
    name = store.save("locked/film", ContentFile(SAID))
    raw = super(Locks, store)._open(name).read()
    assert is_locked(raw)
    assert SAID[1000:1064] not in raw
    assert store.open(name).read() == SAID
    assert store.size(name) == len(SAID)


def test_no_address_of_the_store_is_given_out_for_a_statement(creator, log_in, monkeypatch):
    monkeypatch.setattr(Recording._meta.get_field("file"), "storage", Elsewhere())
    answer = log_in(creator).get(reverse("uploads:recording-sound", args=[spoken(creator).pk]))
    assert b"".join(answer) == SAID
    assert answer["Cache-Control"] == "private, no-store"


def test_a_player_can_seek_in_a_locked_recording(creator, log_in):
    statement = spoken(creator)
    make_consent(make_portrait(creator), recorded_statement=statement)
    address = reverse("uploads:recording-sound", args=[statement.pk])
    whole = log_in(creator).get(address)
    assert (b"".join(whole), whole["Content-Length"]) == (SAID, "70000")
    part = log_in(creator).get(address, headers={"range": "bytes=65530-65599"})
    assert (b"".join(part), part["Content-Range"]) == (SAID[65530:65600], "bytes 65530-65599/70000")


def test_without_the_key_nothing_is_taken_stored_or_played(creator, log_in, settings, tmp_path):
    statement, challenge = spoken(creator), live.begin(make_portrait(creator), "en")
    live.draw(challenge, is_adult=True)
    before = len(stored_files(settings))
    settings.STATEMENT_KEY_FILE = tmp_path / "nowhere.key"
    with pytest.raises(Refused, match="key is not in its place"):
        live.receive(challenge, film=ContentFile(SAID, name="me.webm"), timed=True)
    upload = SimpleUploadedFile("me.wav", SAID)
    with pytest.raises(Refused, match="key is not in its place"):
        services.receive_recording(owner=creator, file=upload, use=RecordingUse.STATEMENT)
    assert len(stored_files(settings)) == before
    answer = log_in(creator).get(reverse("uploads:recording-sound", args=[statement.pk]))
    assert (answer.status_code, b"key is not" in answer.content) == (503, True)
    with pytest.raises(CommandError, match="python -m provenance keys"):
        call_command("lock_statements")


def test_old_recordings_are_locked_once_and_again_after_a_rotation(creator, settings, capsys):
    statement, challenge = spoken(creator), filmed(creator)
    for row, column in ((statement, "file"), (challenge, "clip")):  # as a site from before has them
        name = default_storage.save("statements/old.flac", ContentFile(SAID))
        type(row).objects.filter(pk=row.pk).update(**{column: name})
    assert lies_plain(settings, SAID)

    def lock() -> str:
        call_command("lock_statements")
        return capsys.readouterr().out.split()[0]

    assert (lock(), lock()) == ("2", "0")
    assert not lies_plain(settings, SAID)
    rotate_statement_key(settings.KEYS)
    assert (lock(), lock()) == ("2", "0")
    settings.STATEMENT_KEY_FILE.write_bytes(settings.STATEMENT_KEY_FILE.read_bytes().split(b"\n")[0])
    for row, column in ((statement, "file"), (challenge, "clip")):
        row.refresh_from_db()
        assert getattr(row, column).open().read() == SAID
