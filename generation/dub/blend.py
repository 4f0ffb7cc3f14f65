"""Lay a new lower face over the frames of a film."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.dub import mask, match
from generation.dub.grain import grain
from generation.dub.pose import placed, smoothed
from generation.dub.watching import SOFT, Film, softened
from generation.portrait.head import smoothstep
from generation.portrait.topology import FACE_POINTS, LIPS
from generation.render.light import FOLD_LIMIT, skin_normals
from generation.render.paint import Window, blurred
from generation.render.pose import Puppet
from generation.types import FloatArray, Frame

FROM_LIPS = 5.0  # mm around them in which filmed colours tell of an open mouth, not of light
FACING = (0.15, 0.4)  # cosines; skin that is more oblique is mixed with what lies behind it
STAYS = -0.5  # mm inside the outline; landmarks that lie less deep are kept where the film has them
LIKE_PLATE = 4  # levels within which a painted pixel is background
EMPTY_SOFT = 0.8  # mm
ALL = tuple(range(FACE_POINTS))


@dataclass(frozen=True)
class Course:
    """The filmed face in every frame, px of the rig's square."""

    heads: FloatArray  # (t, 6)
    landmarks: FloatArray  # (t, 468, 2) smoothed
    beside: FloatArray  # (t, 468, 2) px by which they lie beside the turned rig at rest
    light: FloatArray  # (t, 468, 3) logarithm of the film's colours there


def course(film: Film, puppet: Puppet, heads: FloatArray, landmarks: FloatArray) -> Course:
    """Compare a film with its rig; `landmarks` (t, 468, 2) px of the square as found."""
    turned = np.stack([placed(puppet, head, ALL) for head in heads]).astype(np.float32)
    return Course(
        heads=heads,
        landmarks=smoothed(landmarks, film.fps),
        beside=match.steady(landmarks - turned, film.fps, match.PLACE_S),
        light=match.steady(match.logarithm(film.colours[:, :FACE_POINTS]), film.fps, match.LIGHT_S),
    )


@dataclass(frozen=True)
class _Patch:
    """Where the pixels of a part of the frame lie in the square, and the part of the square around them."""

    x: FloatArray  # (h, w) px of the square
    y: FloatArray
    left: int  # px of the square
    top: int

    @property
    def corner(self) -> FloatArray:
        return np.array((self.left, self.top), np.float32)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the part of the square."""
        return int(self.y.max()) + 2 - self.top, int(self.x.max()) + 2 - self.left

    def sampled(self, field: FloatArray) -> FloatArray:
        """(h, w, k) a field over that part of the square, at the pixels of the frame."""
        return match.sampled(field, self.x - self.left, self.y - self.top)


class Blend:
    """Puts painted squares of one rig into a film's frames, whose grain has a deviation of `noise` levels."""

    def __init__(self, puppet: Puppet, course: Course, noise: float = 0.0) -> None:
        rig = puppet.rig
        self._noise = noise
        self._puppet, self._course = puppet, course
        self._mm = rig.head.mm
        self._crop = rig.portrait.crop.astype(np.float64)  # px of the frame → px of the square
        rest = rig.vertices[:FACE_POINTS, :2]
        self._kept = np.flatnonzero(mask.inside(rest, self._mm) < STAYS)
        lips = rig.local[list(LIPS), :2]
        apart = np.linalg.norm(rig.local[:FACE_POINTS, None, :2] - lips[None], axis=2).min(1)
        self._skin = np.flatnonzero(apart > FROM_LIPS)

    def lay(self, frame: Frame, painted: Frame, index: int, coefficients: FloatArray) -> Frame:
        """The film's frame `index` (h, w, 3) with the lower face of a painted square; both are left untouched."""
        seen, head = self._course.landmarks[index], self._course.heads[index]
        spoken = self._puppet.pose(coefficients, head, 0.0)[:FACE_POINTS, :2]
        lines = mask.outlines(self._on_film(seen), self._on_film(spoken), self._film_mm)
        area = mask.around(lines, self._film_mm, frame.shape[1], frame.shape[0])
        x, y = self._in_square(area)
        patch = _Patch(x, y, int(x.min()), int(y.min()))

        shift = patch.sampled(self._shift(patch, index, spoken))
        x, y = x - shift[..., 0], y - shift[..., 1]
        light = patch.sampled(self._light(patch, index, spoken, painted, coefficients))
        new = (match.sampled(painted, x, y, cv2.INTER_CUBIC) + match.SHADE) * np.exp(light) - match.SHADE
        new += grain((area.height, area.width), self._noise, index)

        share = mask.share(lines, area, self._film_mm) * self._wanted(painted, x, y, self._on_film(seen), area)
        whole = frame.copy()
        below = area.of(whole)
        below[:] = np.clip(below + (new - below) * share[..., None] + 0.5, 0, 255).astype(np.uint8)
        return whole

    def _shift(self, patch: _Patch, index: int, spoken: FloatArray) -> FloatArray:
        """(h, w, 2) px that bring the spoken face onto the film's around the mask, and nothing within it."""
        rest = placed(self._puppet, self._course.heads[index], ALL)
        moved = (self._course.beside[index] - (spoken - rest))[self._kept].astype(np.float32)
        at = self._course.landmarks[index][self._kept] - patch.corner
        width = match.PLACE_WIDTH * self._mm
        return match.field(at, moved, np.ones(len(at), np.float32), patch.shape, width, match.PLACE_PRIOR)

    def _light(
        self, patch: _Patch, index: int, spoken: FloatArray, painted: Frame, coefficients: FloatArray
    ) -> FloatArray:
        """(h, w, 3) logarithm of how much brighter the film is; beyond the new face as much as on the whole.

        The shading that speech brings is left out of it, so that it stays.
        """
        here = match.logarithm(softened(painted, spoken, SOFT * self._puppet.rig.head.height))
        folds = np.clip(coefficients @ self._puppet.rig.shading, -FOLD_LIMIT, FOLD_LIMIT)[:, None]
        apart = np.clip(self._course.light[index] - here + folds, -match.MOST_LIGHT, match.MOST_LIGHT)[self._skin]
        usual = np.median(apart, axis=0)
        at = self._course.landmarks[index][self._skin] - patch.corner
        facing = _facing(self._puppet, self._course.heads[index])[self._skin]
        width = match.LIGHT_WIDTH * self._mm
        lighter = match.field(at, apart - usual, facing, patch.shape, width, match.LIGHT_PRIOR)
        rows, columns = patch.shape
        skin = mask.share([mask.outline(spoken, 0.0) - patch.corner], Window(0, 0, columns, rows), self._mm)
        return np.asarray(usual + lighter * skin[..., None], np.float32)

    def _wanted(self, painted: Frame, x: FloatArray, y: FloatArray, seen: FloatArray, area: Window) -> FloatArray:
        """(h, w) 0 where the painting shows background beside the filmed face: neck, hair or ground of the film."""
        apart = cv2.absdiff(painted, self._puppet.rig.portrait.plate).max(2)
        empty = blurred(match.sampled((apart < LIKE_PLATE).astype(np.float32), x, y), EMPTY_SOFT * self._film_mm)
        return np.asarray(1 - empty * (1 - mask.share([mask.outline(seen, 0.0)], area, self._film_mm)), np.float32)

    @property
    def _film_mm(self) -> float:
        return self._mm / float(self._crop[0, 0])

    def _on_film(self, square: FloatArray) -> FloatArray:
        return np.asarray((square - self._crop[:, 2]) / self._crop[0, 0], np.float32)

    def _in_square(self, area: Window) -> tuple[FloatArray, FloatArray]:
        y, x = np.mgrid[area.y0 : area.y1, area.x0 : area.x1].astype(np.float32)
        scale, across, down = self._crop[0, 0], self._crop[0, 2], self._crop[1, 2]
        return (x * scale + across).astype(np.float32), (y * scale + down).astype(np.float32)


def _facing(puppet: Puppet, head: FloatArray) -> FloatArray:
    """(468,) 1 where the turned skin looks toward the camera, 0 near the outline."""
    return smoothstep(*FACING, -(skin_normals(puppet.rest[:FACE_POINTS]) @ puppet.rotation(head).T)[:, 2])
