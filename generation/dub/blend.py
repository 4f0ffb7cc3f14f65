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
        seen, beside = self._course.landmarks[index], self._course.beside[index]
        head = self._course.heads[index]
        spoken = self._puppet.pose(coefficients, head, 0.0)[:FACE_POINTS, :2]
        moved = beside - (spoken - placed(self._puppet, head, ALL))  # what brings the spoken face onto the film
        lines = mask.outlines(self._on_film(seen), self._on_film(spoken), self._film_mm)
        area = mask.around(lines, self._film_mm, frame.shape[1], frame.shape[0])
        share = mask.share(lines, area, self._film_mm)
        u, v = self._in_square(area)
        top, left, low, right = int(v.min()), int(u.min()), int(v.max()) + 2, int(u.max()) + 2
        corner = np.array((left, top), np.float32)
        shape = (low - top, right - left)
        at = seen - corner
        shift = match.field(
            at[self._kept],
            moved[self._kept].astype(np.float32),
            np.ones(len(self._kept), np.float32),
            shape,
            match.PLACE_WIDTH * self._mm,
            match.PLACE_PRIOR,
        )
        brighter, usual = self._brighter(painted, spoken, index, coefficients)
        facing = _facing(self._puppet, head)[self._skin]
        lighter = match.field(
            at[self._skin], brighter - usual, facing, shape, match.LIGHT_WIDTH * self._mm, match.LIGHT_PRIOR
        )
        skin = mask.share([mask.outline(spoken, 0.0) - corner], Window(0, 0, shape[1], shape[0]), self._mm)
        lit = usual + lighter * np.maximum(skin, 0)[..., None]
        here = match.sampled(shift, u - left, v - top)
        new = match.sampled(painted, u - here[..., 0], v - here[..., 1], cv2.INTER_CUBIC)
        new = (new + match.SHADE) * np.exp(match.sampled(lit, u - left, v - top)) - match.SHADE
        new += grain((area.height, area.width), self._noise, index)
        # Beside the filmed face, background that the painting shows is where the film has neck, hair or its own.
        apart = cv2.absdiff(painted, self._puppet.rig.portrait.plate).max(2)
        empty = match.sampled((apart < LIKE_PLATE).astype(np.float32), u - here[..., 0], v - here[..., 1])
        face = mask.share([mask.outline(self._on_film(seen), 0.0)], area, self._film_mm)
        share = (share * (1 - blurred(empty, EMPTY_SOFT * self._film_mm) * (1 - face)))[..., None]
        whole = frame.copy()
        patch = area.of(whole)
        patch[:] = np.clip(patch * (1 - share) + new * share + 0.5, 0, 255).astype(np.uint8)
        return whole

    def _brighter(
        self, painted: Frame, spoken: FloatArray, index: int, coefficients: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Logarithm of how much brighter the film is, at each landmark of skin (n, 3), and on the whole (3,).

        The shading that speech brings is left out of it, so that it stays.
        """
        here = match.logarithm(softened(painted, spoken, SOFT * self._puppet.rig.head.height))
        folds = np.clip(coefficients @ self._puppet.rig.shading, -FOLD_LIMIT, FOLD_LIMIT)[:, None]
        brighter = np.clip(self._course.light[index] - here + folds, -match.MOST_LIGHT, match.MOST_LIGHT)[
            self._skin
        ]
        return brighter, np.median(brighter, axis=0)

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
