"""Faces that cannot speak, told apart by what is wrong with them."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from generation import weights
from generation.errors import PortraitRefused
from generation.portrait import examine
from generation.portrait.choice import refuse_unusable
from generation.portrait.detect import detector
from tests.generation.pictures import encoded, sample


@pytest.fixture(scope="module")
def face():
    with detector(weights.path("face_landmarker")) as opened:
        return opened.face(sample("b"))


@pytest.mark.parametrize("yaw", [-60.0, 60.0])
def test_a_profile_turned_too_far_is_refused_with_its_angle(face, yaw):
    with pytest.raises(PortraitRefused) as refusal:
        refuse_unusable(replace(face, yaw=yaw), sample("b"))
    assert refusal.value.code == "profile_too_far"
    assert "60°" in refusal.value.message
    assert refusal.value.hint.endswith("safe.")


def test_a_face_in_half_profile_is_taken(face):
    refuse_unusable(replace(face, yaw=30.0), sample("b"))


def test_where_no_face_is_found_heads_seen_from_the_side_are_mentioned():
    """A full profile shows the detector no face at all."""
    with pytest.raises(PortraitRefused) as refusal:
        examine(encoded(np.full((300, 300, 3), 128, np.uint8)))
    assert refusal.value.code == "no_face"
    assert "from the side" in refusal.value.message


def test_an_animated_gif_is_taken_as_its_first_frame():
    small = Image.fromarray(sample("b", 300))
    animation = encoded(small, "GIF", save_all=True, append_images=[small.rotate(5)], duration=100)
    assert "animated" in {advice.code for advice in examine(animation).advice}
