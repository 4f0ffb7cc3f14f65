"""What a creator chooses for a video, once: the form, the job's row and the worker's order are made from it."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

is_colour = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", "Choose a colour such as #d8d4cc.")


class Emotion(models.TextChoices):
    """The moods that the engine knows; a test compares them with its own list."""

    AUTO = "auto", "Follow the voice"
    NEUTRAL = "neutral", "Neutral"
    HAPPY = "happy", "Happy"
    SAD = "sad", "Sad"
    ANGRY = "angry", "Angry"
    SURPRISED = "surprised", "Surprised"
    AFRAID = "afraid", "Afraid"
    DISGUSTED = "disgusted", "Disgusted"
    CONTEMPT = "contempt", "Contempt"


class Shape(models.TextChoices):
    """Width by height of a video; a test compares them with the engine's own list."""

    SQUARE = "1:1", "Square"
    UPRIGHT = "9:16", "Upright, for phones (9:16)"
    WIDE = "16:9", "Wide, for screens (16:9)"
    PORTRAIT = "4:5", "A little taller than wide (4:5)"


class Background(models.TextChoices):
    """What lies behind the person."""

    KEEP = "keep", "As in the portrait"
    BLUR = "blur", "Blurred"
    COLOUR = "colour", "One colour"


def _number(label: str, default: float, low: float, high: float, help_text: str) -> models.FloatField[float, float]:
    limits = [MinValueValidator(low), MaxValueValidator(high)]
    return models.FloatField(label, default=default, validators=limits, help_text=help_text)


class Choices(models.Model):
    """How the portrait shall perform and be shown; a new choice needs a field here and its place on the page."""

    emotion = models.CharField("mood", max_length=12, choices=Emotion, default=Emotion.AUTO)
    emotion_weight = _number("how strongly", 0.5, 0, 1, "0 not at all, 1 fully")
    expressiveness = _number("how lively it moves", 1.0, 0, 2, "0 calm, 1 usual, 2 vivid")
    still = models.BooleanField(
        "move only lips and lids", default=False, help_text="The head rests and the brows keep quiet."
    )
    shape = models.CharField(
        "shape of the video",
        max_length=5,
        choices=Shape,
        default=Shape.SQUARE,
        help_text="Framed around the person, from the whole picture.",
    )
    background = models.CharField("behind the person", max_length=6, choices=Background, default=Background.KEEP)
    background_colour = models.CharField(
        "which colour",
        max_length=7,
        default="#d8d4cc",
        validators=[is_colour],
        help_text="For a background of one colour.",
    )
    gaze_yaw = _number(
        "look to the side",
        0.0,
        -30,
        30,
        "Degrees; positive is toward the picture’s right, 0 looks at the viewer.",
    )
    gaze_pitch = _number("look up or down", 0.0, -20, 20, "Degrees; positive looks down.")
    distance = _number("distance", 1.0, 0.8, 1.25, "1 is as in the portrait.")

    class Meta:
        abstract = True

    def performed(self) -> dict[str, Any]:
        """What of it the engine's Controls take."""
        return {
            "gaze": [self.gaze_yaw, self.gaze_pitch],
            "distance": self.distance,
            "emotion": self.emotion,
            "emotion_weight": self.emotion_weight,
            "expressiveness": self.expressiveness,
            "still": self.still,
        }

    def shown(self) -> dict[str, Any]:
        """What of it the engine needs to know about the picture."""
        plain = self.background == Background.COLOUR
        return {"aspect": self.shape, "background": self.background_colour if plain else self.background}


CHOICES = tuple(field.name for field in Choices._meta.fields)
