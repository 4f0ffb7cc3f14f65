"""Scores against true pictures."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from generation.errors import InputRefused
from generation.evaluate.truth import evaluate_truth, score
from tests.generation.sitters import SAMPLES, portrait


def _folder(at: Path, poses: dict[str, dict[str, object]]) -> Path:
    for name in {"neutral", *poses}:
        shutil.copy(SAMPLES / "portrait_b.png", at / f"{name}.png")
    (at / "poses.json").write_text(json.dumps(poses))
    return at


def _pose(yaw: float = 0, **weights: float) -> dict[str, object]:
    return {"weights": weights, "yaw": yaw, "pitch": 0, "roll": 0}


@pytest.mark.slow
def test_a_still_pose_scores_high_and_a_wrong_one_low(tmp_path: Path) -> None:
    scores = evaluate_truth(_folder(tmp_path, {"neutral": _pose(), "wrong": _pose(yaw=15, jawOpen=0.6)}))
    assert scores["neutral"]["face"]["psnr"] > 60
    assert scores["neutral"]["still"]["psnr"] == 99
    assert scores["wrong"]["face"]["psnr"] < 30
    assert scores["wrong"]["mouth"]["ssim"] < scores["neutral"]["mouth"]["ssim"]


def test_a_folder_without_poses_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"poses\.json") as refusal:
        evaluate_truth(tmp_path)
    assert refusal.value.hint


@pytest.mark.parametrize("listing", ["{", "[]", '{"a": {}}', '{"a": {"weights": {}, "yaw": 0, "pitch": 0}}'])
def test_a_spoiled_list_of_poses_is_refused(tmp_path: Path, listing: str) -> None:
    (tmp_path / "poses.json").write_text(listing)
    with pytest.raises(InputRefused, match=r"poses\.json"):
        evaluate_truth(tmp_path)


def test_an_unknown_blendshape_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="smileWide"):
        evaluate_truth(_folder(tmp_path, {"smile": _pose(smileWide=1)}))


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"smile": _pose()})
    (folder / "smile.png").unlink()
    with pytest.raises(InputRefused, match=r"smile\.png"):
        evaluate_truth(folder)


def test_each_region_feels_only_its_own_errors() -> None:
    image, landmarks = portrait().image, portrait().face.landmarks
    spoiled = image.copy()
    mouth = landmarks[[61, 291, 0, 17], :2].mean(0).astype(int)
    spoiled[mouth[1] - 4 : mouth[1] + 4, mouth[0] - 4 : mouth[0] + 4] = 0
    scores = score(spoiled, image, image, landmarks)
    assert scores["mouth"]["psnr"] < scores["face"]["psnr"] < 50
    assert scores["eyes"] == {"psnr": 99.0, "ssim": 1.0, "perceptual": 0.0}
    assert np.isclose(scores["still"]["ssim"], 1.0)
