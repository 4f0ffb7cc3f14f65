"""The one exception family of this package. Every message says what happened, what to do and what is safe."""


class ProvenanceError(Exception):
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


class FileRefused(ProvenanceError):
    """The file cannot be examined or signed."""

    exit_code = 2


class KeyMissing(ProvenanceError):
    """A key or certificate is absent; the message says how to get it."""

    exit_code = 3
