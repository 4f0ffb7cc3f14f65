"""Films put together from pieces."""

from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from generation.encode import encode, keyframe_distance
from generation.errors import GenerationError
from generation.join import join
from generation.plan import pieces
from tests.generation.pictures import tone

SIDE = 128
SECONDS = 5.0
STEP = 0.8  # grey levels from one frame to the next


def ramp(rows: range):
    for row in rows:
        yield np.full((SIDE, SIDE, 3), round(30 + STEP * row), np.uint8)


def encoded(rows: range, fps: float, out: Path, size: int = SIDE) -> Path:
    shown = (frame[:size, :size] for frame in ramp(rows))
    encode(shown, recording=None, out=out, fps=fps, size=(size, size))
    return out


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tone(tmp_path / "speech.wav", SECONDS)


@pytest.mark.parametrize("fps", [25.0, 29.97])
def test_pieces_join_without_a_frame_lost_doubled_or_late(recording, tmp_path, fps):
    count, grid = round(SECONDS * fps), keyframe_distance(fps)
    cuts = pieces(count, longest=grid, grid=grid)
    assert len(cuts) == 3
    parts = [encoded(rows, fps, tmp_path / f"it's {n}.mp4") for n, rows in enumerate(cuts)]
    join(parts, recording=recording, out=tmp_path / "film.mp4", frames=count)
    with av.open(str(tmp_path / "film.mp4")) as film:
        shown = [
            (frame.pts * frame.time_base, frame.to_ndarray(format="gray").mean()) for frame in film.decode(video=0)
        ]
        sound = film.streams.audio[0]
        heard = sum(frame.samples for frame in film.decode(sound)) if film.seek(0) is None else 0
        rate = sound.rate
    assert len(shown) == count
    grey = [level for _, level in shown]
    assert all(after > before - 0.3 for before, after in pairwise(grey)), "in order"
    assert abs(grey[-1] - grey[0] - STEP * (count - 1)) < 3, "from the first to the last"
    times = [time for time, _ in shown]
    assert times[0] == 0
    assert max(abs(time - row / Fraction(fps)) for row, time in enumerate(times)) < Fraction(1, 1000)
    assert abs(heard / rate - SECONDS) < 0.06


def test_keyframes_lie_where_films_may_be_cut(recording, tmp_path):
    encode(ramp(range(120)), recording=recording, out=tmp_path / "film.mp4", fps=25.0, size=(SIDE, SIDE))
    with av.open(str(tmp_path / "film.mp4")) as film:
        keys = [frame.key_frame for frame in film.decode(video=0)]
    assert [row for row, key in enumerate(keys) if key] == [0, 50, 100]


def test_pieces_that_do_not_fit_are_not_joined(recording, tmp_path):
    one, small = encoded(range(10), 25.0, tmp_path / "a.mp4"), encoded(range(10), 25.0, tmp_path / "b.mp4", 64)
    for parts, frames in (([one, small], 20), ([one, one], 19)):
        with pytest.raises(GenerationError) as refused:
            join(parts, recording=recording, out=tmp_path / "film.mp4", frames=frames)
        assert refused.value.code == "pieces_differ"
        assert not (tmp_path / "film.mp4").exists()


@pytest.mark.parametrize(("frames", "longest"), [(1, 375), (749, 375), (751, 375), (7500, 375), (100, 10)])
def test_pieces_cover_the_film_and_start_on_the_grid(frames, longest):
    cut = list(pieces(frames, longest=longest, grid=50))
    assert [row for rows in cut for row in rows] == list(range(frames))
    assert all(rows.start % 50 == 0 and 0 < len(rows) <= max(longest, 50) for rows in cut)
    assert all(islice((len(rows) >= len(cut[0]) - 50 for rows in cut), len(cut) - 1)), "about one length"
