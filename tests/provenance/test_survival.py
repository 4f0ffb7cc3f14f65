"""What the marks survive, and that they belong to their picture."""

import json
from pathlib import Path

import numpy as np
import pytest

from provenance.cli import main
from provenance.marks import look, naming_mark
from provenance.survive.attacks import attack
from provenance.watermark import colour
from provenance.watermark.coding import FloatArray
from provenance.watermark.detect import Hit
from provenance.watermark.embed import spread
from provenance.watermark.geometry import Place
from provenance.watermark.pattern import FAMILIES, Pattern
from provenance.watermark.residual import Residual, whitened
from provenance.watermark.search import Searcher
from tests.provenance import clips
from tests.provenance.clips import CODE, KEY, SIDE

CORNER = (64, 64)  # where the pattern of a 256-px picture begins, counted from the middle: half of 2 tiles − 256 px
HARD = ("CRF 32", "rotate 10°", "aspect 1.1", "perspective")


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_hard_attacks_leave_a_listed_code_readable(name: str, marked_video: Path, tmp_path: Path) -> None:
    assert read(attack(marked_video, name, tmp_path)) == CODE


@pytest.mark.slow
def test_a_head_is_found_in_a_picture_of_something_else(tmp_path: Path) -> None:
    """A head, not the photograph: of so busy a picture a copy this small is sometimes lost."""
    video = clips.encode(clips.marked(clips.sway("portrait_a")), tmp_path / "marked.mp4")
    assert read(attack(video, "picture in picture", tmp_path)) == CODE


def read(copy: Path) -> int | None:
    """The code found in a copy, with a list of a thousand others at hand."""
    mark = naming_mark(look(copy), Pattern(KEY), [*range(1000), CODE]).mark
    return mark.code if isinstance(mark, Hit) else None


@pytest.mark.slow
def test_survive_prints_the_shares_of_its_attacks(plain_video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["survive", str(plain_video), "--attack", "CRF 28", "--attack", "flip", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"psnr_db", "clips", "attacks"}
    assert answer["clips"] == 1
    assert answer["psnr_db"] > 42.5
    assert {name: share["listed"] for name, share in answer["attacks"].items()} == {"CRF 28": 1.0, "flip": 1.0}


def test_an_unknown_attack_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["survive", str(tmp_path / "v.mp4"), "--attack", "magic"]) == 2
    assert "CRF 28" in capsys.readouterr().err


def test_codes_spread_over_all_families_of_a_key() -> None:
    pattern = Pattern(KEY)
    assert {pattern.family(code) for code in range(100)} == set(range(FAMILIES))
    other = Pattern(KEY[::-1])
    assert [pattern.family(code) for code in range(100)] != [other.family(code) for code in range(100)]


def test_a_small_crop_is_found_although_its_template_is_weak() -> None:
    pattern = Pattern(KEY)
    noise = np.random.default_rng(3).normal(0, 30.0, (256, 256)).astype(np.float32)
    places = Searcher(spread(pattern.tile(CODE), 256, 256) + noise, pattern).exact()
    true = [place for place in places if (place.scale, place.shift) == (1.0, CORNER) and not place.mirrored]
    assert pattern.family(CODE) in [place.family for place in true]
    assert max(place.score for place in true) < 5.0


def test_what_contrast_has_cut_off_is_hardly_read() -> None:
    specks = np.random.default_rng(4).normal(-20, 12, (128, 128)).astype(np.float32)
    cut, whole = Residual(), Residual()
    cut.add(np.maximum(specks, 0.0))
    whole.add(np.maximum(specks, 0.0) + 10)
    assert cut.total is not None
    assert whole.total is not None
    assert cut.total.std() < 0.2 * whole.total.std()


def test_a_colour_mark_confirms_its_code_on_its_own_picture_only() -> None:
    frame, other = (next(clips.sway(name)) for name in ("astronaut", "coffee"))
    pattern = spread(colour.tile(CODE, KEY), SIDE, SIDE) * np.float32(colour.STRENGTH)
    change = colour.change(pattern, frame, SIDE, SIDE)

    def agreement(picture: FloatArray, code: int) -> float:
        marked = np.clip(np.round(picture + change), 0, 255).astype(np.uint8)
        blues, bright = Residual(colour.BLUE), Residual()
        blues.add(colour.blue(marked))
        bright.add(marked.mean(axis=2, dtype=np.float32))
        parts = [(whitened([blues]), bright.picture)]
        # The pattern begins in the corner, places count from the middle: 256 px are a tile and a third.
        return colour.agreement(parts, Place(shift=(128, 128)), code, KEY)

    assert agreement(frame.astype(np.float32), CODE) > 5.0
    assert abs(agreement(frame.astype(np.float32), CODE + 1)) < 4.0
    assert agreement(other.astype(np.float32), CODE) < 3.5
