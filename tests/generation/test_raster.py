"""The compiled loops."""

import numpy as np

from generation.render.raster import BLOCK, paint, rasterise, soften_edges
from generation.render.surface import blank_blocks, fine_image, lossless
from tests.generation.sitters import portrait

SQUARE = np.array([[0, 0, 5], [8, 0, 5], [8, 8, 5], [0, 8, 5]], np.float32)
EVEN = np.ones(3, np.float32)
PAIR = np.array([[0, 1, 2], [0, 2, 3]], np.int32)


def _flow(xyz: np.ndarray, attributes: np.ndarray, triangles: np.ndarray, side: int = 9) -> np.ndarray:
    flow = np.zeros((side, side, 3), np.float32)
    rasterise(xyz, attributes, triangles, np.empty((side, side), np.float32), flow)
    return flow


def test_attributes_are_interpolated_without_cracks() -> None:
    flow = _flow(SQUARE, np.column_stack([SQUARE[:, :2], np.ones(4)]).astype(np.float32), PAIR)
    y, x = np.mgrid[0:9, 0:9]
    assert np.allclose(flow[..., 0], x, atol=1e-4)
    assert np.allclose(flow[..., 1], y, atol=1e-4)
    assert np.allclose(flow[..., 2], 1)


def test_the_nearer_triangle_hides_the_farther() -> None:
    near = SQUARE - (0, 0, 3)
    xyz = np.concatenate([near, SQUARE]).astype(np.float32)
    attributes = np.repeat([[1, 0, 1], [2, 0, 1]], 4, axis=0).astype(np.float32)
    assert np.all(_flow(xyz, attributes, np.concatenate([PAIR + 4, PAIR]))[..., 0] == 1)


def test_triangles_beyond_the_picture_are_clipped_and_flat_ones_skipped() -> None:
    wild = np.array([[-50, -50, 1], [60, -50, 1], [60, 60, 1], [-50, 60, 1], [3, 3, 0], [3, 3, 0]], np.float32)
    attributes = np.ones((6, 3), np.float32)
    triangles = np.concatenate([PAIR, [[0, 4, 5]]]).astype(np.int32)
    assert np.all(_flow(wild, attributes, triangles) == 1)


def test_what_the_texture_does_not_cover_shows_the_plate() -> None:
    plate = np.full((4, 4, 3), 90, np.uint8)
    out = np.empty_like(plate)
    empty = np.zeros((8, 8, 4), np.float32)
    for blank in (blank_blocks(empty, BLOCK), np.zeros((1, 1), np.bool_)):
        out[:] = 0
        paint(empty, blank, plate, np.ones((4, 4, 3), np.float32), 2, EVEN, out)
        assert np.all(out == 90)


def test_texture_and_plate_give_the_portrait_back_bit_by_bit() -> None:
    size = portrait().size
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    flow = np.stack([x, y, np.ones_like(x)], 2)
    out = np.empty_like(portrait().image)
    texture = lossless(portrait())
    paint(texture, blank_blocks(texture, BLOCK), portrait().plate, flow, 2, EVEN, out)
    assert np.array_equal(out, portrait().image)


def test_the_fine_picture_averages_to_the_portrait() -> None:
    fine = fine_image(portrait())
    means = fine.reshape(portrait().size, 2, portrait().size, 2, 3).mean((1, 3))
    assert np.abs(means - portrait().image).max() < 0.01


def test_edges_are_softened_only_where_the_flow_jumps() -> None:
    y, x = np.mgrid[0:8, 0:8].astype(np.float32)
    flow = np.stack([x, y, np.ones_like(x)], 2)
    stairs = np.where((x > y)[..., None], 200, 0).astype(np.uint8).repeat(3, axis=2)
    smooth = stairs.copy()
    soften_edges(flow, stairs, smooth)
    assert np.array_equal(smooth, stairs)
    flow[..., 0] += 20 * (x > y)
    soften_edges(flow, stairs, smooth)
    assert 0 < smooth[4, 4, 0] < 100
    assert np.array_equal(smooth[1:3, 5:7], stairs[1:3, 5:7])
