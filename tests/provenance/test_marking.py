"""Both marks on a stream of frames."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from provenance.watermark import Marker, rivagan
from provenance.watermark.embed import perceptual_gain
from tests.provenance.clips import CODE, FPS, KEY, marked, psnr, sway

SMALL = 192


@pytest.fixture(scope="module")
def frames() -> list[np.ndarray]:
    return list(sway(count=30, width=SMALL, height=SMALL))


def test_marking_is_deterministic_and_leaves_its_input_alone(frames: list[np.ndarray]) -> None:
    before = [frame.copy() for frame in frames]
    first, second = marked(frames), marked(frames)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(frames, before, strict=True))
    assert all(frame.dtype == np.uint8 and frame.shape == (SMALL, SMALL, 3) for frame in first)


def test_marks_stay_faint_even_in_a_small_busy_picture(frames: list[np.ndarray]) -> None:
    assert psnr(frames, marked(frames)) > 38.0


def test_frames_stream_one_by_one(frames: list[np.ndarray]) -> None:
    taken: list[int] = []

    def source() -> object:
        for index, frame in enumerate(frames):
            taken.append(index)
            yield frame

    stream = Marker(CODE, KEY, SMALL, SMALL, FPS).mark(source())
    next(stream)
    assert taken == [0]
    next(stream)
    assert taken == [0, 1]
    stream.close()


def test_frames_may_be_marked_in_any_order_by_many_threads(frames: list[np.ndarray]) -> None:
    marker = Marker(CODE, KEY, SMALL, SMALL, FPS)
    plane, held = marker.plane(frames[0]), marker.corroboration(rivagan.shrink(frames[0]), (0, 0))
    in_order = [marker.mark_frame(frame, plane, held) for frame in frames]
    with ThreadPoolExecutor(4) as pool:
        backwards = list(pool.map(lambda frame: marker.mark_frame(frame, plane, held), frames[::-1]))[::-1]
    assert all(np.array_equal(a, b) for a, b in zip(in_order, backwards, strict=True))


def test_a_piece_is_marked_as_in_the_whole(frames: list[np.ndarray]) -> None:
    marker = Marker(CODE, KEY, SMALL, SMALL, FPS)
    start = marker.hold
    piece = marker.mark(frames[start:], earlier=[frames[row] for row in marker.context(start)])
    assert all(np.array_equal(a, b) for a, b in zip(marked(frames)[start:], piece, strict=True))


@pytest.mark.parametrize(("width", "height"), [(320, 180), (182, 322), (131, 97)])
def test_any_shape_is_marked(width: int, height: int) -> None:
    frames = list(sway(count=2, width=width, height=height))
    assert [frame.shape for frame in marked(frames)] == [(height, width, 3)] * 2


def test_a_frame_of_another_size_is_refused(frames: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match="Frame 0 has the shape"):
        next(Marker(CODE, KEY, 128, 128, FPS).mark(frames))


def test_the_mark_is_weakest_where_it_would_be_seen() -> None:
    flat = np.full((64, 64, 3), 200, np.uint8)
    busy = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    dark = np.zeros((64, 64, 3), np.uint8)
    assert perceptual_gain(flat).mean() < perceptual_gain(dark).mean() < perceptual_gain(busy).mean()


def test_the_second_layer_agrees_with_its_own_job_only(frames: list[np.ndarray]) -> None:
    small = rivagan.shrink(marked(list(sway(count=1)))[0])
    beliefs = rivagan.read(small)
    own = rivagan.agreement(beliefs, rivagan.word(CODE, KEY))
    others = [rivagan.agreement(beliefs, rivagan.word(code, KEY)) for code in range(2000)]
    assert own >= rivagan.MIN_SCORE + 0.5
    assert np.mean(np.array(others) >= rivagan.MIN_SCORE) <= 0.002
    assert np.std(others) == pytest.approx(1.0, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(320, 180), (131, 97)])
def test_tensors_are_marked_as_arrays_within_one_level(width: int, height: int) -> None:
    import torch

    from provenance.watermark import tensors

    frames = list(sway(count=3, width=width, height=height))
    marker = Marker(CODE, KEY, width, height, FPS)
    there = [frame.numpy().astype(int) for frame in tensors.mark(marker, map(torch.from_numpy, frames))]
    assert max(np.abs(a - b).max() for a, b in zip(there, marked(frames), strict=True)) <= 1
