"""Who says that they are under 18 is heard, in every language of the live check; who says something else is not."""

import pytest

from webapp.consent.age import says_minor


@pytest.mark.parametrize(
    "words",
    [
        "I am 15",
        "Ada, I'm fifteen years old",
        "I’m only 17 and I agree that my portrait may speak.",
        "a 16-year-old girl",
        "I am under 18.",
        "Ich bin 15 Jahre alt",
        "ich bin erst siebzehn",
        "Tengo 15 años",
        "tengo dieciséis años, acepto",
        "Soy menor de edad",
        "J'ai 15 ans",
        "J’ai dix-sept ans",
        "je suis mineure",
    ],
)
def test_a_minor_s_words_are_known(words):
    assert says_minor(words)


@pytest.mark.parametrize(
    "words",
    [
        "I am the person in this picture, and I am 18 or older.",
        "I am 51",
        "I am 5 minutes late",
        "I am one of fifteen",
        "I am fifteen percent happier",
        "My phrase is: maple, seven, river, three, garden, nine.",
        "I agree for my 15 videos",
        "Ich bin 35 Jahre alt",
        "Ich bin nicht minderjährig",
        "Ich bin 15 Minuten hier",
        "Tengo 15 fotos",
        "No soy menor de edad",
        "J'ai 45 ans",
        "J'ai 15 photos",
        "Je ne suis pas mineur",
    ],
)
def test_other_words_are_left_alone(words):
    assert not says_minor(words)
