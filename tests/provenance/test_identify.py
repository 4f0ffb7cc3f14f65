"""Who made this file? Verdicts on what strangers do to videos."""

from pathlib import Path

import numpy as np
import pytest

from provenance import keys
from provenance.errors import FileRefused
from provenance.fingerprints import Library, take, write
from provenance.identify import Identification, Signal, identify
from provenance.marks import look, naming_mark
from provenance.watermark.detect import Hit, Miss
from provenance.watermark.pattern import Pattern
from tests.provenance import clips
from tests.provenance.clips import CODE, KEY

NAME = "5AC391E742"
FOREIGN_KEY = b"some other site's watermark key."
OTHER_PICTURES = ("coffee", "chelsea")
ATTACKS = {
    "crf 23": (23, "null"),
    "crf 28": (28, "null"),
    "half size": (23, "scale=256:256"),
    "enlarged and padded": (23, "scale=720:720,pad=1280:720:280:0"),
    "cropped": (23, "crop=460:460"),
    "mirrored": (23, "hflip"),
    "brighter": (23, "eq=brightness=0.08:contrast=1.15"),
}


def found(result: Identification) -> set[str]:
    return {signal.name for signal in result.signals if signal.found}


def signal(result: Identification, name: str) -> Signal:
    return next(signal for signal in result.signals if signal.name == name)


@pytest.mark.slow
def test_a_downloaded_video_is_made_here_by_three_signals(signed_video: Path, site: keys.KeySet) -> None:
    result = identify(signed_video, key=KEY, trust_root=site.root.read_bytes())
    assert (result.verdict, result.job_code) == ("made_here", NAME)
    assert found(result) == {"naming_mark", "second_layer", "manifest"}
    assert all(0.999 < s.confidence <= 1 for s in result.signals if s.found)
    assert result.segment_s == (0.0, 3.0)


@pytest.mark.slow
def test_a_copy_at_crf_28_is_still_made_here(marked_video: Path, tmp_path: Path) -> None:
    result = identify(clips.again(marked_video, tmp_path / "copy.mp4", crf=28), key=KEY)
    assert (result.verdict, result.job_code) == ("made_here", NAME)
    assert found(result) == {"naming_mark", "second_layer"}


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_naming_mark_survives(attack: str, marked_video: Path, tmp_path: Path) -> None:
    crf, change = ATTACKS[attack]
    copy = clips.again(marked_video, tmp_path / "copy.mp4", crf=crf, change=change)
    mark = naming_mark(look(copy), Pattern(KEY), [*range(1000), CODE]).mark
    assert isinstance(mark, Hit), mark
    assert mark.code == CODE
    assert not mark.listed or attack == "half size"


@pytest.mark.slow
@pytest.mark.parametrize("picture", OTHER_PICTURES)
def test_other_pictures_keep_their_code_and_only_its_key_reads_it(picture: str, tmp_path: Path) -> None:
    video = clips.encode(clips.marked(clips.sway(picture)), tmp_path / "marked.mp4")
    issued = [*range(1000), CODE]
    for crf, change in ((28, "null"), (23, "scale=256:256")):
        copy = look(clips.again(video, tmp_path / "copy.mp4", crf=crf, change=change))
        mark = naming_mark(copy, Pattern(KEY), issued).mark
        assert isinstance(mark, Hit), mark
        assert mark.code == CODE
    assert isinstance(naming_mark(look(video), Pattern(FOREIGN_KEY), issued).mark, Miss)


@pytest.mark.slow
@pytest.mark.parametrize("picture", OTHER_PICTURES)
def test_an_unmarked_video_shows_no_sign(picture: str, tmp_path: Path) -> None:
    plain = clips.encode(clips.sway(picture), tmp_path / "plain.mp4")
    result = identify(plain, key=KEY, codes=range(5000))
    assert (result.verdict, result.job_code, found(result)) == ("no_sign", None, set())
    assert "does not show that it is genuine" in result.sentence


@pytest.mark.slow
def test_a_stranger_with_another_key_sees_nothing(marked_video: Path) -> None:
    result = identify(marked_video, key=FOREIGN_KEY, codes=[*range(1000), CODE])
    assert (result.verdict, result.job_code, result.segment_s) == ("no_sign", None, None)


@pytest.mark.slow
def test_a_mark_alone_is_only_probable(tmp_path: Path) -> None:
    """The naming mark lifted onto frames that never saw the second layer."""
    frames = list(clips.sway())
    marker = clips.Marker(CODE, KEY, clips.SIDE, clips.SIDE, clips.FPS)
    nothing = np.zeros((clips.SIDE, clips.SIDE, 3), np.float32)
    plane = marker.plane(frames[0])
    copied = clips.encode([marker.mark_frame(frame, plane, nothing) for frame in frames], tmp_path / "copied.mp4")
    result = identify(copied, key=KEY)
    assert (result.verdict, result.job_code) == ("probably_made_here", NAME)
    assert found(result) == {"naming_mark"}


@pytest.mark.slow
def test_a_manifest_of_an_unknown_signer_is_no_signal(signed_video: Path) -> None:
    result = identify(signed_video, key=KEY, trust_root=None)
    assert not signal(result, "manifest").found
    assert "nobody you trust" in signal(result, "manifest").detail


@pytest.mark.slow
def test_the_marked_stretch_of_a_longer_video_is_named(
    marked_video: Path, plain_video: Path, tmp_path: Path
) -> None:
    parts = [plain_video, marked_video, marked_video, plain_video]
    result = identify(clips.joined(parts, tmp_path / "joined.mp4"), key=KEY)
    assert (result.verdict, result.job_code) == ("made_here", NAME)
    assert result.segment_s in {(4.0, 8.0), (4.0, 12.0), (0.0, 8.0)}  # marked from 3 s to 9 s, in pieces of 4 s


@pytest.mark.parametrize("kind", ["png", pytest.param("jpg", marks=pytest.mark.slow)])
def test_a_still_picture_is_examined_too(kind: str, marked_video: Path, tmp_path: Path) -> None:
    result = identify(clips.still(marked_video, tmp_path / f"still.{kind}"), key=KEY)
    assert result.job_code == NAME
    assert result.segment_s == (0.0, 0.0)


@pytest.fixture(scope="module")
def library(marked_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Prints of two videos, once through a file, as a site exports them."""
    coffee = clips.encode(clips.sway("coffee"), tmp_path_factory.mktemp("other") / "coffee.mp4")
    path = tmp_path_factory.mktemp("prints") / "prints.zip"
    assert write(path, [(CODE ^ 1, take(coffee)), (CODE, take(marked_video))]) == 2
    return Library.read(path)


@pytest.mark.slow
def test_prints_alone_make_it_probable_and_beside_the_mark_certain(
    marked_video: Path, plain_video: Path, library: Library, tmp_path: Path
) -> None:
    """The plain video looks like the marked one, as a copy would whose mark somebody removed."""
    washed = identify(plain_video, key=KEY, library=library)
    assert (washed.verdict, washed.job_code, found(washed)) == ("probably_made_here", NAME, {"fingerprint"})
    copy = identify(clips.again(marked_video, tmp_path / "copy.mp4", crf=28), key=KEY, library=library)
    assert (copy.verdict, copy.job_code) == ("made_here", NAME)
    assert {"naming_mark", "fingerprint"} <= found(copy)


@pytest.mark.slow
def test_prints_of_other_videos_find_nothing(library: Library, tmp_path: Path) -> None:
    other = identify(clips.encode(clips.sway("chelsea"), tmp_path / "cat.mp4"), key=KEY, library=library)
    assert (other.verdict, other.job_code) == ("no_sign", None)


def test_a_file_that_holds_no_prints_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("text")
    with pytest.raises(FileRefused, match="not a file of prints"):
        Library.read(tmp_path / "x")


@pytest.mark.slow
def test_our_part_of_a_long_film_is_found_with_its_beginning_and_end(
    marked_video: Path, library: Library, tmp_path: Path
) -> None:
    """A minute of something else, our three seconds three times, and something else again."""
    other = clips.encode(clips.sway("coffee"), tmp_path / "other.mp4")
    long = clips.joined([*[other] * 12, *[marked_video] * 3, *[other] * 3], tmp_path / "long.mp4")
    heard: list[tuple[int, int]] = []
    result = identify(long, key=KEY, library=library, done=lambda done, total: heard.append((done, total)))
    assert (result.verdict, result.job_code) == ("made_here", NAME)
    assert result.segment_s is not None
    assert result.segment_s == (pytest.approx(36, abs=2), pytest.approx(45, abs=2))
    assert heard == [(number, 7) for number in range(1, 8)]
