"""Private bytes over HTTP: whole, in ranges, and only with the right headers."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.webapp.factories import make_job
from webapp.audit.models import Kind, LedgerEntry
from webapp.media import PART
from webapp.videos.models import Job, Status

pytestmark = pytest.mark.django_db
FILM = b"0123456789" * 100


@pytest.fixture
def published(creator):
    return make_job(creator, Status.PUBLISHED)


def fetch(client, job, name="watch", **headers):
    return client.get(reverse(f"videos:{name}", args=[job.pk]), headers=headers)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_owner_watches_the_whole_film(log_in, creator, published):
    answer = fetch(log_in(creator), published)
    assert (answer.status_code, answer["Accept-Ranges"], answer["Content-Type"]) == (200, "bytes", "video/mp4")
    assert body(answer) == FILM


@pytest.mark.parametrize(
    ("asked", "sent", "part"),
    [
        ("bytes=0-9", "bytes 0-9/1000", FILM[:10]),
        ("bytes=995-", "bytes 995-999/1000", FILM[995:]),
        ("bytes=-5", "bytes 995-999/1000", FILM[-5:]),
        ("bytes=990-5000", "bytes 990-999/1000", FILM[990:]),
        ("bytes=-5000", "bytes 0-999/1000", FILM),
    ],
)
def test_a_player_can_seek(log_in, creator, published, asked, sent, part):
    answer = fetch(log_in(creator), published, Range=asked)
    assert (answer.status_code, answer["Content-Range"], int(answer["Content-Length"])) == (206, sent, len(part))
    assert body(answer) == part


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=9-3", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(log_in, creator, published, asked):
    answer = fetch(log_in(creator), published, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1000")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "nonsense"])
def test_other_ranges_get_the_whole_file(log_in, creator, published, asked):
    assert fetch(log_in(creator), published, Range=asked).status_code == 200


def test_a_download_is_a_named_file_and_is_written_down(log_in, creator, published):
    answer = fetch(log_in(creator), published, "download")
    assert answer["Content-Disposition"] == f'attachment; filename="sitter-{published.code_hex}.mp4"'
    entry = LedgerEntry.objects.get(kind=Kind.DOWNLOAD)
    assert (entry.actor, entry.object) == (creator.pseudonym, str(published.pk))


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PUBLISHED])
def test_nothing_but_a_published_video_can_be_downloaded(log_in, creator, status):
    expected = 410 if status == Status.TAKEN_DOWN else 404
    assert fetch(log_in(creator), make_job(creator, status), "download").status_code == expected


@pytest.mark.parametrize("name", ["watch", "poster", "download", "captions", "captions-srt"])
@pytest.mark.parametrize(
    "headers", [{}, {"Range": "bytes=0-"}, {"If-Modified-Since": "Sun, 01 Jan 2040 00:00:00 GMT"}]
)
def test_what_was_taken_down_says_so_at_every_address_of_its_files(log_in, creator, published, name, headers):
    client = log_in(creator)
    assert fetch(client, published, name, **headers)["Cache-Control"] == "private, no-store"
    Job.objects.filter(pk=published.pk).update(status=Status.TAKEN_DOWN, message="The sitter said no.")
    answer = fetch(client, published, name, **headers)
    assert (answer.status_code, answer["Cache-Control"]) == (410, "private, no-store")
    assert answer.content.decode() == "This video was taken down. The sitter said no."
    assert "was taken down" in fetch(client, published, "proof").content.decode()


def test_an_open_range_is_answered_in_parts(log_in, creator, published):
    content = bytes(range(256)) * 8192  # 2 MiB
    published.output.save("long.mp4", ContentFile(content))
    answer = fetch(log_in(creator), published, Range="bytes=0-")
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 0-{PART - 1}/{len(content)}")
    assert body(answer) == content[:PART]


def test_its_maker_watches_while_it_is_reviewed_but_not_after_a_rejection(log_in, creator):
    client = log_in(creator)
    assert fetch(client, make_job(creator, Status.IN_REVIEW)).status_code == 200
    for status in (Status.REJECTED, Status.QUEUED):
        assert fetch(client, make_job(creator, status)).status_code == 404


def test_reviewers_watch_what_is_sealed(log_in, creator, reviewer):
    for status in (Status.IN_REVIEW, Status.REJECTED, Status.TAKEN_DOWN):
        assert fetch(log_in(reviewer), make_job(creator, status)).status_code == 200


def test_captions_come_in_both_forms_and_escape_markup(log_in, creator, published):
    client = log_in(creator)
    vtt, srt = fetch(client, published, "captions").content.decode(), fetch(client, published, "captions-srt")
    assert vtt == "WEBVTT\n\n00:00:00.100 --> 00:00:01.100\nGood day &lt;b&gt;\n"
    assert srt.content.decode() == "1\n00:00:00,100 --> 00:00:01,100\nGood day <b>\n"
    assert srt["Content-Disposition"].startswith("attachment")


def test_a_remote_store_is_reached_by_a_short_lived_signed_address(log_in, creator, published, monkeypatch):
    from storages.backends.s3 import S3Storage

    from webapp.videos.models import Job

    store = S3Storage(
        bucket_name="private", access_key="key", secret_key="secret", endpoint_url="https://store.example",
        region_name="eu-central-1", querystring_expire=120,
    )  # fmt: skip
    monkeypatch.setattr(Job._meta.get_field("output"), "storage", store)
    answer = fetch(log_in(creator), published, "download")
    assert answer.status_code == 302
    assert answer["Location"].startswith("https://store.example/private/videos/")
    assert "X-Amz-Expires=120" in answer["Location"]
    assert f"sitter-{published.code_hex}.mp4" in answer["Location"]
    assert answer["Cache-Control"] == "private, no-store"
