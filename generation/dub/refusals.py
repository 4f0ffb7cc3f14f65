"""Why a film cannot carry another voice: each reason with its own code and sentence."""

from __future__ import annotations

from generation.errors import InputRefused

SAFE = "Your recording is safe."


class FilmRefused(InputRefused):
    """The film cannot be given another voice."""


def too_long(most_s: float) -> FilmRefused:
    """More than can be watched and kept."""
    return FilmRefused(
        "film_too_long",
        f"This film is longer than {most_s:.0f} seconds.",
        f"Cut it; where the voice lasts longer, the film plays back and forth. {SAFE}",
    )


def too_short(least_s: float) -> FilmRefused:
    """Too few frames to know how the face moves."""
    return FilmRefused(
        "film_too_short",
        f"This film is shorter than {least_s:g} second{'' if least_s == 1 else 's'}.",
        f"Choose a film of a few seconds in which one person looks at the camera. {SAFE}",
    )


def too_large(most_mb: int) -> FilmRefused:
    """A file beyond what is read."""
    return FilmRefused(
        "film_too_large", f"This file is larger than {most_mb} MB.", f"Cut the film or save it smaller. {SAFE}"
    )


def too_slow(least_fps: float) -> FilmRefused:
    """So few pictures a second that nothing can be followed."""
    return FilmRefused(
        "film_too_slow",
        f"This film shows fewer than {least_fps:g} pictures a second.",
        f"Choose a film of at least 24. {SAFE}",
    )


def no_face() -> FilmRefused:
    """The first picture shows nobody."""
    return FilmRefused(
        "film_no_face",
        "We couldn't find a face at the beginning of this film.",
        f"Cut the film so that one face looks toward the camera from the first picture on. {SAFE}",
    )


def two_faces(at_s: float) -> FilmRefused:
    """Somebody else is as large."""
    return FilmRefused(
        "film_two_faces",
        f"More than one face is seen {_moment(at_s)}.",
        f"Choose a film that shows one person alone, or cut the others away. {SAFE}",
    )


def too_small(found: int, needed: int) -> FilmRefused:
    """Too few pixels from forehead to chin."""
    return FilmRefused(
        "film_face_too_small",
        f"The face is only {found} pixels tall; at least {needed} are needed, and 220 look good.",
        f"Choose a film taken from nearer. {SAFE}",
    )


def turned_too_far(degrees: int, at_s: float) -> FilmRefused:
    """Beyond what the reference frame shows."""
    return FilmRefused(
        "film_turned_too_far",
        f"The head is turned or tilted by about {degrees}° {_moment(at_s)}.",
        f"Choose a film, or a part of it, in which the face keeps looking toward the camera. {SAFE}",
    )


def face_lost(at_s: float) -> FilmRefused:
    """Hidden, blurred or gone."""
    return FilmRefused(
        "film_face_lost",
        f"The face is lost {_moment(at_s)}.",
        f"Cut the film so that the whole face is seen all the time, with no hand before it. {SAFE}",
    )


def cut(at_s: float) -> FilmRefused:
    """A change of scene."""
    return FilmRefused(
        "film_cut",
        f"The picture changes at once {_moment(at_s)}, as at a cut.",
        f"Choose a film taken in one go, or the part before or after that moment. {SAFE}",
    )


def unsteady() -> FilmRefused:
    """The face wanders or comes nearer by more than one square holds."""
    return FilmRefused(
        "film_unsteady",
        "The face moves too far through this film.",
        f"Choose a film, or a part of it, in which the person keeps to one place. {SAFE}",
    )


def _moment(at_s: float) -> str:
    return f"at {at_s:.1f} s" if at_s >= 0.05 else "at the beginning"
