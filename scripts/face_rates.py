"""How often the checks of faces err on the pictures at hand, and how long they take: the numbers of docs/faces.md.

python -m scripts.face_rates blocks PICTURE…  every pair, one blocked, one a portrait; NAME-anything is one person
python -m scripts.face_rates looks PICTURE…   what a reviewer would be shown, of each picture and seven copies of it
python -m scripts.face_rates search [NUMBER]  how long a portrait takes among so many blocked faces
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps


def blocks(pictures: list[Path]) -> None:
    """Counts of pairs by what becomes of the portrait."""
    from generation.presence import face_of
    from webapp.blocklist.alike import outcome

    known = {place: face_of(place.read_bytes()) for place in pictures}
    rows = []
    for portrait, blocked in itertools.permutations(pictures, 2):
        face = known[portrait]
        cosine = float(face.embedding @ known[blocked].embedding)
        same = portrait.stem.split("-")[0] == blocked.stem.split("-")[0]
        rows.append((same, outcome(cosine, face.stranger)))
        if (rows[-1][1] == "blocked") != same:
            print(f"{portrait.stem}, {blocked.stem} blocked: {cosine:.2f} ({face.stranger:.2f}) → {rows[-1][1]}")
    for same in (True, False):
        found = [verdict for kind, verdict in rows if kind == same]
        counts = {verdict: found.count(verdict) for verdict in ("blocked", "near", "free")}
        print(f"{'same person' if same else 'different persons'}, {len(found)} pairs: {counts}")


def looks(pictures: list[Path]) -> None:
    """Seeming age and nudity, least and most over the copies, and how many copies lead to a finding."""
    from generation.errors import PortraitRefused
    from generation.presence import face_of
    from webapp.uploads.findings import findings_of, looks_a_child

    for place in pictures:
        found = []
        for copy in copies(Image.open(place).convert("RGB")):
            stream = io.BytesIO()
            copy.save(stream, "PNG")
            try:
                found.append(face_of(stream.getvalue()))
            except PortraitRefused:
                continue
        ages, naked = [face.age for face in found], [face.nudity for face in found]
        codes = [one["code"] for face in found for one in findings_of(age=face.age, nudity=face.nudity)]
        print(
            f"{place.stem}: {len(found)} copies, age {found[0].age:.0f} ({min(ages):.0f}–{max(ages):.0f}), "
            f"nudity {naked[0]:.2f} (at most {max(naked):.2f}); young {codes.count('young')}, "
            f"child {sum(map(looks_a_child, ages))}, nudity {codes.count('nudity')}",
            flush=True,
        )


def copies(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture itself and seven ways in which pictures get around."""
    yield picture
    yield ImageOps.mirror(picture)
    yield ImageOps.grayscale(picture).convert("RGB")
    yield picture.filter(ImageFilter.GaussianBlur(picture.height / 300))
    yield ImageEnhance.Brightness(picture).enhance(0.55)
    yield ImageEnhance.Brightness(picture).enhance(1.4)
    yield picture.resize((picture.width // 2, picture.height // 2))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=25)
    yield Image.open(stream).convert("RGB")


def search(number: int) -> None:
    """Seconds of processor time that the first and later portraits take."""
    from django.core.management import call_command
    from django.utils import timezone

    from webapp.blocklist.alike import nearest
    from webapp.blocklist.models import BlockedFace, Source

    call_command("migrate", verbosity=0)
    vectors = np.random.default_rng(0).normal(size=(number, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = (
        BlockedFace(source=Source.ADMIN, reason="a test", embedding=vector.tobytes(), taken_at=timezone.now())
        for vector in vectors
    )
    BlockedFace.objects.bulk_create(rows, batch_size=1000)
    for what in ("after a change", "then", "then"):
        began, cpu = time.perf_counter(), time.process_time()
        cosine = nearest(vectors[number // 2].tobytes())
        wall, processor = (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000
        print(f"{number} faces, {what}: {wall:.1f} ms, {processor:.1f} ms of processor; cosine {cosine:.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("blocks", "looks", "search"))
    parser.add_argument("given", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "webapp.settings", "SITTER_HTTPS": "0"}
        if options.what == "search":
            os.environ |= {"SITTER_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
        import django

        django.setup()
        if options.what == "search":
            search(int(options.given[0]) if options.given else 100_000)
        else:
            {"blocks": blocks, "looks": looks}[options.what]([Path(place) for place in options.given])
