"""Choice of the face, refusals, examination and analysis."""

import numpy as np
import pytest
import skimage.data
from PIL import Image

from generation.errors import PortraitRefused
from generation.portrait import SeveralFaces, analyse, examine
from tests.generation.pictures import encoded, on_canvas, sample


def refused(source: bytes, **options) -> PortraitRefused:
    with pytest.raises(PortraitRefused) as refusal:
        analyse(source, size=256, **options)
    assert refusal.value.message.endswith(".")
    assert refusal.value.hint.endswith(("safe.", "kept."))
    return refusal.value


@pytest.fixture(scope="module")
def two_people() -> bytes:
    return encoded(on_canvas((sample("b", 400), 50, 50), (sample("a", 400), 550, 50), width=1000, height=500))


@pytest.fixture(scope="module")
def portrait():
    return analyse(encoded(sample("b")), size=256)


def test_a_landscape_has_no_face():
    refusal = refused(encoded(np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8)))
    assert refusal.code == "no_face"


def test_a_cat_has_no_face_and_animals_are_mentioned():
    refusal = refused(encoded(skimage.data.chelsea()))
    assert refusal.code == "no_face"
    assert "animals" in refusal.message


def test_a_cartoon_has_no_face():
    y, x = np.mgrid[:400, :400]
    drawn = np.full((400, 400, 3), 255, np.uint8)
    drawn[(x - 200) ** 2 + (y - 200) ** 2 < 150**2] = (255, 220, 60)
    for centre in (150, 250):
        drawn[(x - centre) ** 2 + (y - 160) ** 2 < 15**2] = 0
    drawn[(abs(x - 200) < 60) & (abs(y - 270) < 6)] = 0
    assert refused(encoded(drawn)).code == "no_face"


def test_several_faces_are_asked_about_with_their_boxes(two_people):
    with pytest.raises(SeveralFaces) as question:
        analyse(two_people, size=256)
    assert question.value.code == "several_faces"
    left, right = question.value.boxes
    assert left[0] < right[0]


def test_the_named_face_is_taken(two_people):
    left, right = (analyse(two_people, size=256, face_index=index) for index in (0, 1))
    assert left.crop[0, 2] > right.crop[0, 2]  # the left face's square starts further left


def test_a_face_number_that_does_not_exist_is_refused(two_people):
    assert refused(two_people, face_index=2).code == "no_such_face"
    assert refused(two_people, face_index=-1).code == "no_such_face"


def test_small_bystanders_are_not_asked_about():
    source = encoded(on_canvas((sample("b", 500), 0, 0), (sample("a", 150), 650, 200), width=900, height=500))
    found = examine(source)
    assert len(found.faces) == 2
    assert found.chosen == 0
    assert "bystanders" in {advice.code for advice in found.advice}


def test_a_face_too_small_is_refused_with_its_size():
    refusal = refused(encoded(on_canvas((sample("a", 90), 200, 150), width=500, height=400)))
    assert refusal.code == "face_too_small"
    assert "64" in refusal.message


def test_a_picture_lying_on_its_side_is_recognised():
    assert refused(encoded(np.rot90(sample("b")).copy())).code == "picture_sideways"


def test_a_head_leaning_far_is_refused():
    leaning = Image.fromarray(sample("b", 400)).rotate(55, expand=True, fillcolor=(150, 140, 130))
    assert refused(encoded(leaning)).code in ("face_tilted", "picture_sideways")


def test_a_face_that_leaves_the_picture_is_refused():
    assert refused(encoded(sample("b")[:, :250].copy())).code in ("face_cut_off", "no_face")


def test_an_examination_tells_what_the_site_shows():
    found = examine(encoded(sample("b")))
    assert (found.width, found.height) == (512, 512)
    assert found.chosen == 0
    assert found.media_type == "image/png"
    assert found.crop.side == pytest.approx(512)
    assert found.advice == ()


def test_an_examination_refuses_what_can_never_work():
    with pytest.raises(PortraitRefused) as refusal:
        examine(encoded(on_canvas((sample("a", 90), 200, 150), width=500, height=400)))
    assert refusal.value.code == "face_too_small"


def test_an_examination_asks_when_two_faces_are_alike(two_people):
    found = examine(two_people)
    assert len(found.faces) == 2
    assert found.chosen is None
    assert found.crop is None


def test_a_tight_picture_is_advised_against_but_taken():
    tight = encoded(sample("b")[100:430, 110:400].copy())
    assert "tight" in {advice.code for advice in examine(tight).advice}
    assert analyse(tight, size=256).image.shape == (256, 256, 3)


def test_a_soft_picture_is_advised_against():
    assert "soft" in {advice.code for advice in examine(encoded(sample("b", 200))).advice}


def test_a_portrait_fits_together(portrait):
    assert portrait.size == 256
    assert portrait.image.shape == portrait.plate.shape == (256, 256, 3)
    assert portrait.matte.shape == (256, 256)
    assert portrait.matte.dtype == np.float32
    assert portrait.source_size == (512, 512)
    assert portrait.texture.shape == (512, 512, 3)  # the source shows more than 256 px hold
    assert 100 < portrait.face.landmarks[4, 0] < 160


def test_the_matte_holds_the_face_and_leaves_the_corners(portrait):
    nose, (chin_x, chin_y) = (
        portrait.face.landmarks[4, :2].astype(int),
        portrait.face.landmarks[152, :2].astype(int),
    )
    assert portrait.matte[nose[1], nose[0]] == 1
    assert portrait.matte[chin_y - 3, chin_x] == 1
    assert portrait.matte[:30, :30].max() < 0.02
    assert portrait.matte[:30, -30:].max() < 0.02
    assert 0.3 < portrait.matte.mean() < 0.6


def test_the_person_is_gone_from_the_plate(portrait):
    behind = portrait.plate[portrait.matte > 0.9].astype(float)
    beside = portrait.image[portrait.matte < 0.01].astype(float)
    assert np.abs(behind.mean(0) - beside.mean(0)).max() < 15
    assert np.array_equal(portrait.plate[:8, :8], portrait.image[:8, :8])


def test_the_crop_maps_source_to_image(portrait):
    assert portrait.crop == pytest.approx(np.array([[0.5, 0, -0.25], [0, 0.5, -0.25]]), abs=1e-3)


def test_analysis_is_deterministic(portrait):
    again = analyse(encoded(sample("b")), size=256)
    for name in ("image", "texture", "matte", "plate", "crop"):
        assert np.array_equal(getattr(portrait, name), getattr(again, name))
    assert portrait.source_sha256 == again.source_sha256
