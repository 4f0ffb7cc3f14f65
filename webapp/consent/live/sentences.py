"""Every sentence of the live check: what was found, and how to try again."""

from __future__ import annotations

TITLES = {
    "film": "The film",
    "length": "Length",
    "fresh": "Made now",
    "sound": "Sound",
    "alone": "One person",
    "face": "The face",
    "alive": "A living face",
    "phrase": "The phrase",
    "statement": "The statement",
    "moves": "The moves",
    "lips": "Lips and voice",
    "age": "Age",
}

# (check, outcome) → what was found. {…} is filled in by the judge.
FOUND = {
    ("length", "pass"): "The film lasts {number:.0f} seconds.",
    ("length", "fail"): "The film lasts only {number:.0f} seconds.",
    ("fresh", "pass"): "It is no copy of an earlier statement.",
    ("fresh", "fail"): "This is a film that was sent before, or has the sound of one.",
    ("sound", "pass"): "A voice is heard.",
    ("sound", "fail"): "No voice is heard in this film.",
    ("alone", "pass"): "Only one face is seen.",
    ("alone", "unsure"): "A second face may be in the picture for a moment.",
    ("alone", "fail"): "More than one face is in the picture.",
    ("face", "pass"): "It is the face in the portrait.",
    ("face", "unsure"): "It may be the face in the portrait, but the likeness is too weak to be sure.",
    ("face", "fail"): "It is not the face in the portrait.",
    ("alive", "pass"): "The face moves as a living one does.",
    ("alive", "unsure"): "The face moves very little.",
    ("alive", "fail"): "This looks like a still picture held before the camera.",
    ("phrase", "pass"): "The phrase was said. We heard: “{heard}”",
    ("phrase", "unsure"): "Only a part of the phrase was understood. We heard: “{heard}”",
    ("phrase", "fail"): "The phrase was not heard. We heard: “{heard}”",
    ("phrase", "old"): "An earlier phrase was said, not the one shown this time.",
    ("statement", "pass"): "The statement was said.",
    ("statement", "unsure"): "Only a part of the statement was understood.",
    ("statement", "fail"): "The statement was not heard.",
    ("moves", "pass"): "Both moves came when they were asked for.",
    ("moves", "unsure"): "The moves are there, but not clearly when they were asked for.",
    ("moves", "late"): "A move came at another moment than it was asked for: {missing}.",
    ("moves", "fail"): "A move was not seen: {missing}.",
    ("lips", "pass"): "The lips move with the voice.",
    ("lips", "unsure"): "It cannot be told whether the lips move with the voice.",
    ("lips", "fail"): "The lips do not move with the voice.",
    ("age", "unsure"): "The face in the portrait looks young.",
    (
        "age",
        "fail",
    ): "We heard that you are under 18. Then nothing is made of you here, and that is nobody's fault.",
}

AGAIN = {
    "length": "Keep recording until the page says that it is done.",
    "fresh": "Make a new film now, with the phrase on the page.",
    "sound": "Allow the microphone, speak up, and see that nothing covers it.",
    "alone": "Find a place where nobody else is in the picture, no poster or screen with a face either.",
    "face": "Only the person in the portrait can agree. If that is you: more light from the front, no sunglasses, "
    "look at the camera.",
    "alive": "Sit before the camera yourself, and speak.",
    "phrase": "Read the words on the page aloud, slowly, in a quiet room.",
    "statement": "Read the whole text aloud, from its first word.",
    "moves": "Do each move when the page asks for it, clearly, and come back. Left and right are your own.",
    "age": "If you are 18 or older, a person can look at it.",
    "lips": "Speak yourself, with nothing before your mouth, and let no other sound play.",
}
