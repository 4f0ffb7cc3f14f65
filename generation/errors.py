"""The one exception family of this package. Every message says what happened, what to do and what is safe."""


class GenerationError(Exception):
    """Base of all refusals and faults; `code` is stable, `message` and `hint` are for people."""

    exit_code = 1

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def as_json(self) -> dict[str, dict[str, str]]:
        """The error object of the command-line contract."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


class InputRefused(GenerationError):
    """What the user gave cannot be used; nothing is wrong with us."""

    exit_code = 2


class PortraitRefused(InputRefused):
    """The picture cannot become a talking portrait."""


class RecordingRefused(InputRefused):
    """The recording cannot drive a portrait."""


class MissingOnMachine(GenerationError):
    """A program or weight file is absent; the message says how to get it."""

    exit_code = 3


class Cancelled(GenerationError):
    """The caller's progress callback asked to stop."""

    def __init__(self) -> None:
        super().__init__("cancelled", "The render was cancelled.", "Nothing was published.")
