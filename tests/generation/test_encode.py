import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from generation.encode import encode
from generation.errors import Cancelled, GenerationError, InputRefused
from generation.label import labelled
from generation.sound_source import ffmpeg_program
from tests.generation.pictures import tone

WIDTH, HEIGHT = 96, 64


def frames(count, value=120):
    for index in range(count):
        frame = np.full((HEIGHT, WIDTH, 3), value, np.uint8)
        frame[:, : 1 + index % WIDTH] = (200, 40, 40)
        yield frame


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tone(tmp_path / "speech.wav", 2.0)


def make(recording: Path, out: Path, shown=None, fps=25.0, **options) -> None:
    encode(
        frames(50) if shown is None else shown,
        recording=recording,
        out=out,
        fps=fps,
        size=(WIDTH, HEIGHT),
        **options,
    )


def test_the_video_has_the_promised_codecs_colours_and_length(recording, tmp_path):
    make(recording, tmp_path / "v.mp4")
    with av.open(str(tmp_path / "v.mp4")) as video:
        picture, sound = video.streams.video[0], video.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert picture.codec_context.pix_fmt == "yuv420p"
        assert (picture.codec_context.colorspace, picture.codec_context.color_range) == (1, 1)  # BT.709, limited
        assert (picture.codec_context.color_primaries, picture.codec_context.color_trc) == (1, 1)
        assert picture.average_rate == 25
        assert picture.frames == 50
        assert abs(float(video.duration / av.time_base) - 2.0) <= 1 / 25


def test_colours_survive(recording, tmp_path):
    make(recording, tmp_path / "v.mp4", (np.full((HEIGHT, WIDTH, 3), (180, 90, 60), np.uint8) for _ in range(10)))
    with av.open(str(tmp_path / "v.mp4")) as video:
        shown = next(video.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(shown.reshape(-1, 3).mean(0) - (180, 90, 60)).max() < 3


def test_the_index_comes_first_so_that_play_starts_at_once(recording, tmp_path):
    make(recording, tmp_path / "v.mp4")
    content = (tmp_path / "v.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_streamed_video_comes_in_fragments(recording, tmp_path):
    make(recording, tmp_path / "v.mp4", stream=True)
    assert (tmp_path / "v.mp4").read_bytes().count(b"moof") >= 4


def test_any_container_may_bring_the_sound_even_a_video(recording, tmp_path):
    make(recording, tmp_path / "talk.mp4")
    for name, options in (("a.ogg", ["-c:a", "libopus"]), ("a.m4a", []), ("a.mka", ["-c:a", "flac"])):
        subprocess.run(
            [ffmpeg_program(), "-v", "error", "-i", str(recording), *options, str(tmp_path / name)], check=True
        )
    for name in ("a.ogg", "a.m4a", "a.mka", "talk.mp4"):
        make(tmp_path / name, tmp_path / "v.mp4")
        with av.open(str(tmp_path / "v.mp4")) as video:
            assert len(video.streams.audio) == len(video.streams.video) == 1
            assert video.streams.video[0].frames == 50


def test_the_recordings_metadata_stays_behind(recording, tmp_path):
    tagged = tmp_path / "tagged.flac"
    command = [
        ffmpeg_program(),
        "-v",
        "error",
        "-i",
        str(recording),
        "-metadata",
        "artist=Somebody Real",
        str(tagged),
    ]
    subprocess.run(command, check=True)
    make(tagged, tmp_path / "v.mp4")
    assert b"Somebody Real" not in (tmp_path / "v.mp4").read_bytes()


@pytest.mark.parametrize(
    "name", ["-y.mp4", "http:x.mp4", "%d.mp4", "a b'c\"d.mp4", "pipe:1.mp4", "ü" * 80 + ".mp4"]
)
def test_hostile_file_names_are_only_names(recording, tmp_path, name):
    make(recording, tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.parametrize("fault", [Cancelled(), ValueError("painting failed"), KeyboardInterrupt()])
def test_whatever_stops_the_frames_nothing_remains(recording, tmp_path, fault):
    def broken():
        yield from frames(5)
        raise fault

    before = set(tmp_path.iterdir())
    with pytest.raises(type(fault)):
        make(recording, tmp_path / "v.mp4", broken())
    assert set(tmp_path.iterdir()) == before


def test_an_earlier_video_stays_when_its_successor_fails(recording, tmp_path):
    out = tmp_path / "v.mp4"
    make(recording, out)
    earlier = out.read_bytes()
    with pytest.raises(InputRefused):
        make(recording, out, [])
    assert out.read_bytes() == earlier


def test_a_frame_of_the_wrong_size_is_our_own_fault(recording, tmp_path):
    with pytest.raises(ValueError, match="frame 0"):
        make(recording, tmp_path / "v.mp4", [np.zeros((10, 10, 3), np.uint8)])


def test_a_recording_without_sound_is_told_in_ffmpegs_words(tmp_path):
    silent_film = tmp_path / "film.mp4"
    command = [ffmpeg_program(), "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:d=1", str(silent_film)]
    subprocess.run(command, check=True)
    with pytest.raises(GenerationError) as failure:
        make(silent_film, tmp_path / "v.mp4")
    assert failure.value.code == "encode_failed"
    assert "matches no streams" in failure.value.message
    assert not (tmp_path / "v.mp4").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's full device")
def test_a_full_disk_is_told_as_such(recording, tmp_path):
    out = tmp_path / "v.mp4"
    out.symlink_to("/dev/full")
    rng = np.random.default_rng(0)
    noise = (rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8) for _ in range(60))
    with pytest.raises(GenerationError) as failure:
        make(recording, out, noise, stream=True)
    assert failure.value.code == "disk_full"
    assert not out.is_symlink()


def test_frames_are_taken_one_by_one_as_ffmpeg_reads(recording, tmp_path):
    alive, most = 0, 0

    class Counted(np.ndarray):
        def __del__(self):
            nonlocal alive
            alive -= 1

    def counted():
        nonlocal alive, most
        for frame in frames(200):
            alive += 1
            most = max(most, alive)
            yield frame.view(Counted)

    make(recording, tmp_path / "v.mp4", counted())
    assert most <= 3


def test_the_label_is_in_its_corner_and_nowhere_else():
    plain = next(frames(1))
    (marked,) = labelled([plain], WIDTH, HEIGHT)
    changed = np.argwhere((marked != plain).any(-1))
    assert len(changed)
    assert changed[:, 0].min() > HEIGHT / 2
    assert changed[:, 1].max() < WIDTH - 5
    assert np.array_equal(plain, next(frames(1)))


@pytest.mark.parametrize("ground", [0, 255])
def test_the_label_reads_on_black_and_on_white(ground):
    (marked,) = labelled([np.full((512, 512, 3), ground, np.uint8)], 512, 512)
    label = marked[470:500, 14:130, 0].astype(int)
    assert label.max() - np.percentile(label, 10) > 120


def transparent(count):
    for frame in frames(count):
        opacity = np.zeros((HEIGHT, WIDTH), np.uint8)
        opacity[16:48, 16:80] = 255
        yield np.dstack([frame, opacity])


@pytest.mark.parametrize(
    ("name", "decoder", "codecs"),
    [("v.webm", "libvpx-vp9", ("vp9", "opus")), ("v.mov", "prores", ("prores", "pcm_s16le"))],
)
def test_transparency_survives_where_the_format_holds_it(recording, tmp_path, name, decoder, codecs):
    out = tmp_path / name
    make(recording, out, transparent(10), transparent=True)
    with av.open(str(out)) as video:
        picture, sound = video.streams.video[0], video.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == codecs
    command = [ffmpeg_program(), "-v", "error", "-c:v", decoder, "-i", str(out), "-frames:v", "1"]
    raw = subprocess.run(
        [*command, "-f", "rawvideo", "-pix_fmt", "rgba", "-"], check=True, capture_output=True
    ).stdout
    shown = np.frombuffer(raw, np.uint8).reshape(HEIGHT, WIDTH, 4)
    assert shown[4, 4, 3] < 8
    assert shown[32, 48, 3] > 247
    assert np.abs(shown[24:40, 30:70, :3].astype(int).mean((0, 1)) - 120).max() < 4


@pytest.mark.parametrize("name", ["v.webm", "v.mov"])
def test_other_formats_hold_opaque_frames_too(recording, tmp_path, name):
    make(recording, tmp_path / name)
    with av.open(str(tmp_path / name)) as video:
        assert abs(float(video.duration / av.time_base) - 2.0) <= 1 / 25 + 0.02
        assert (video.streams.video[0].width, video.streams.video[0].height) == (WIDTH, HEIGHT)


def test_the_label_is_as_opaque_on_nothing_as_on_a_picture():
    clear = np.zeros((512, 512, 4), np.uint8)
    (marked,) = labelled([clear], 512, 512)
    label = marked[470:500, 14:130]
    assert label[..., 3].max() > 235
    assert (label[..., 3] > 120).mean() > 0.8
    assert marked[:400, :, 3].max() == 0
    solid = np.dstack([np.full((512, 512, 3), 90, np.uint8), np.full((512, 512), 255, np.uint8)])
    (both,) = labelled([solid], 512, 512)
    (plain,) = labelled([solid[..., :3]], 512, 512)
    assert np.abs(both[..., :3].astype(int) - plain).max() <= 1
    assert both[..., 3].min() == 255
