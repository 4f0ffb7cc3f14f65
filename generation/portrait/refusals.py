"""Why a picture cannot become a talking portrait: each reason with its own code and sentence."""

from __future__ import annotations

from generation.errors import PortraitRefused

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 px


class SeveralFaces(PortraitRefused):
    """Someone must say which face shall speak; `boxes` lists them from left to right."""

    def __init__(self, boxes: tuple[Box, ...]) -> None:
        super().__init__(
            "several_faces",
            f"There are {len(boxes)} faces in this picture, and only one can speak.",
            f"Say which one, counting from the left: 1 to {len(boxes)}. The picture is kept.",
        )
        self.boxes = boxes


def no_face() -> PortraitRefused:
    """Nothing that the detector knows as a face."""
    return PortraitRefused(
        "no_face",
        "We couldn't find a human face in this picture. None shows in animals, cartoons, simple drawings or heads "
        "seen from the side.",
        "Choose a photo or painting where one face looks toward the viewer. Your recording is safe.",
    )


def sideways() -> PortraitRefused:
    """A face shows only when the picture is turned."""
    return PortraitRefused(
        "picture_sideways",
        "The face in this picture lies on its side or upside down.",
        "Turn the picture upright, save it and choose that file. Your recording is safe.",
    )


def no_such_face(wanted: int, count: int) -> PortraitRefused:
    """The number given (from 1) does not exist."""
    return PortraitRefused(
        "no_such_face",
        f"There is no face number {wanted} in this picture; we found {count}.",
        f"Count from the left: 1 to {count}. The picture is kept.",
    )


def face_too_small(found: int, needed: int) -> PortraitRefused:
    """Too few pixels from forehead to chin."""
    return PortraitRefused(
        "face_too_small",
        f"The face is only {found} pixels tall; at least {needed} are needed, and 220 look good.",
        "Choose a closer or larger picture of it. Your recording is safe.",
    )


def profile_too_far(degrees: int) -> PortraitRefused:
    """Half of the face is hidden."""
    return PortraitRefused(
        "profile_too_far",
        f"The face is turned about {degrees}° away, so that one half of it is hidden.",
        "Choose a picture where both eyes and the whole mouth are seen. Your recording is safe.",
    )


def face_tilted(degrees: int) -> PortraitRefused:
    """The head leans further than the renderer can follow."""
    return PortraitRefused(
        "face_tilted",
        f"The head leans about {degrees}° to one side.",
        "Turn the picture until the head is nearly upright, save it and choose that file. Your recording is safe.",
    )


def face_cut_off() -> PortraitRefused:
    """The picture ends within the face."""
    return PortraitRefused(
        "face_cut_off",
        "Part of the face lies outside this picture.",
        "Choose one that shows the whole face, from forehead to chin. Your recording is safe.",
    )
