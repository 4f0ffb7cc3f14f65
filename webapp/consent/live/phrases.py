"""What a sitter reads aloud: a statement in their language, and a phrase that nobody could know before.

The words are common, of two syllables or three, and far from each other in sound; docs/consent-check.md has how
well they are heard.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

WORDS_IN_PHRASE = 3  # each followed by a digit: more than two million phrases


@dataclass(frozen=True)
class Tongue:
    """One language that the check speaks."""

    name: str
    statement: str  # what is agreed to; the phrase follows
    words: str  # between blanks
    digits: str  # those that are heard as no other word


TONGUES = {
    "en": Tongue(
        "English",
        "I agree that my portrait may speak. My phrase is",
        "maple river garden window silver candle button market kitchen winter yellow orange pencil basket "
        "ladder mountain island forest hammer pillow rabbit summer tiger bottle",
        "zero three five six seven nine",
    ),
    "de": Tongue(
        "Deutsch",
        "Ich bin einverstanden, dass mein Porträt spricht. Mein Satz lautet",
        "Garten Fenster Sommer Winter Apfel Butter Löffel Schlüssel Brücke Kerze Wolke Donner Gabel Teller "
        "Hammer Kirche Lampe Zucker Zitrone Tomate Flasche Straße Papier Kaffee",
        "null eins zwei drei vier fünf sechs sieben acht neun",
    ),
    "es": Tongue(
        "Español",
        "Acepto que mi retrato pueda hablar. Mi frase es",
        "ventana camino verano invierno manzana cuchara montaña zapato tomate caballo domingo naranja botella "
        "martillo camisa semana pintura estrella conejo palabra madera escuela cocina mercado",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
    ),
    "fr": Tongue(
        "Français",
        "J'accepte que mon portrait parle. Ma phrase est",
        "fenêtre jardin montagne rivière chocolat tomate dimanche bouteille fromage lumière marteau orange "
        "pantalon papillon cuisine voiture chapeau histoire musique famille cheval sucre tableau maison",
        "zéro un deux trois quatre cinq six sept huit neuf",
    ),
}
CHOICES = [(code, tongue.name) for code, tongue in TONGUES.items()]


def phrase(language: str, chance: random.Random) -> list[str]:
    """A new phrase: word, digit, word, digit, …, no word twice."""
    tongue = TONGUES[language]
    words, digits = chance.sample(tongue.words.split(), WORDS_IN_PHRASE), tongue.digits.split()
    return [part for word in words for part in (word, chance.choice(digits))]


def to_read(language: str, said: list[str]) -> str:
    """The whole text that is read aloud."""
    return f"{TONGUES[language].statement}: {', '.join(said)}."
