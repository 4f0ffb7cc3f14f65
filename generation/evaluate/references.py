"""Against what each number is read: a range and where it comes from, said in words that can be checked.

Papers are quoted from memory; whoever cites them should look them up.
"""

from __future__ import annotations

from dataclasses import dataclass

OWN = "measured on this engine's own renders and on a head truly rendered in 3-D"
TWO_CLIPS = "two real talking clips read 17–24, 22 and 9–10 °/s, landmark jitter included; few, so unverified"


@dataclass(frozen=True)
class Range:
    """From what to what a number is as it should be; None leaves a side open."""

    low: float | None
    high: float | None
    unit: str
    source: str

    def holds(self, value: float) -> bool:
        """Whether a value lies inside."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None:
            return f"≤ {self.high:g}{unit}"
        if self.high is None:
            return f"≥ {self.low:g}{unit}"
        return f"{self.low:g} to {self.high:g}{unit}"

    def as_json(self) -> dict[str, object]:
        """For --json."""
        return {"low": self.low, "high": self.high, "unit": self.unit, "source": self.source}


REFERENCES: dict[str, Range] = {
    "lips.viseme_accuracy": Range(0.8, None, "", f"0.86–0.93 {OWN}; chance is 0.33; real speakers unverified"),
    "lips.bilabial_recall": Range(0.95, None, "", f"1.00 {OWN}; people close their lips on nearly every p, b, m"),
    "lips.lag_ms": Range(-125, 45, "ms", "ITU-R BT.1359: sound up to 45 ms early or 125 ms late goes unnoticed"),
    "lips.opening_r": Range(0.9, None, "", "0.93–0.98 on faces without a beard in this project's renderer study"),
    "blinks.per_min": Range(
        8, 34, "a minute", "Bentivoglio 1997: 17 at rest, 26 talking, 4.5 reading; spread wide"
    ),
    "blinks.duration_ms": Range(70, 200, "ms", "at half closure; 124 ms aimed at; unverified at video frame rates"),
    "head.speed_deg_s.yaw": Range(4, 24, "°/s", TWO_CLIPS),
    "head.speed_deg_s.pitch": Range(4, 22, "°/s", TWO_CLIPS),
    "head.speed_deg_s.roll": Range(2, 10, "°/s", TWO_CLIPS),
    "head.range_deg.yaw": Range(5, 30, "°", "standard deviations of 2.4–4° aimed at; unverified"),
    "head.range_deg.pitch": Range(4, 20, "°", "standard deviations of 2–3° aimed at; unverified"),
    "head.range_deg.roll": Range(3, 15, "°", "standard deviations of 1.3–2° aimed at; unverified"),
    "identity.mean": Range(None, 0.3, "", "SFace: one person's photographs differ by 0.24–0.33"),
    "identity.max": Range(None, 0.45, "", "a head truly turned by 25° reads 0.16; beyond 0.637 another person"),
    "seam": Range(None, 1.5, "levels", "0.9–1.2 without a pasted edge, codec included; 2.1 for a step of 2 levels"),
    "flicker": Range(None, 0.15, "levels", f"0.01–0.02 {OWN}"),
    "sharpness": Range(0.9, 1.15, "× the portrait", "0.96–1.05 on our renders after H.264 at CRF 19"),
}
