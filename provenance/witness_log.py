"""A public log over HTTP, as a stranger who trusts nothing that it says."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from .errors import FileRefused, ProvenanceError
from .ledger import Hash, SignedHead

TIMEOUT_S = 30.0
MAX_ANSWER = 16 * 2**20  # bytes; a page of 1000 entries is about 0.5 MB
PAGE = 1000  # entries asked for at a time
TRIES, LONGEST_PAUSE_S = 5, 60.0  # when the log says that it is asked too often
HANDLERS = (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
)


class Unreachable(ProvenanceError):
    """Nothing can be said about the log: it does not answer, or something else answers in its place."""

    exit_code = 3


class Withheld(Exception):
    """The log answers, and says that it has not got what it was asked for."""


class PublicLog:
    """The endpoints of docs/ledger.md."""

    def __init__(self, address: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise FileRefused(
                "no_log_address", f"{address} is no address of a log.", "Give one like https://site.example/log/"
            )
        self.address = address if address.endswith("/") else f"{address}/"
        self._sleep = sleep
        self._opener = urllib.request.OpenerDirector()  # no files, no FTP, wherever a redirect may point
        for handler in HANDLERS:
            self._opener.add_handler(handler())

    def head(self) -> SignedHead:
        """The newest signed head, its signature not yet looked at. Withheld where there is none."""
        try:
            return SignedHead.from_json(self._get("head"))
        except ValueError as error:
            raise self._other() from error

    def entries(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of entries [start, end), as the log gives them. Withheld at a refusal."""
        while start < end:
            said = self._get("entries", start=start, end=min(start + PAGE, end) - 1)
            try:
                given = [(int(entry["index"]), str(entry["leaf"]).encode()) for entry in said["entries"]]
            except (KeyError, TypeError, ValueError) as error:
                raise self._other() from error
            yield from given
            if not given:
                raise Withheld(f"it gives no entry from {start} on")
            start = given[-1][0] + 1

    def consistency(self, first: int, second: int) -> list[Hash]:
        """The log's proof that it continued its tree of `first` entries. Withheld at a refusal."""
        said = self._get("proof/consistency", first=first, second=second)
        try:
            return [bytes.fromhex(step) for step in said["path"]]
        except (KeyError, TypeError, ValueError) as error:
            raise self._other() from error

    def _get(self, path: str, **query: int) -> dict[str, Any]:
        address = urljoin(self.address, path) + (f"?{urlencode(query)}" if query else "")
        asked = urllib.request.Request(  # noqa: S310 (the opener speaks HTTP only)
            address,
            headers={"Accept": "application/json", "Cache-Control": "no-cache", "User-Agent": "sitter-witness"},
        )
        for attempt in range(TRIES):
            try:
                with self._opener.open(asked, timeout=TIMEOUT_S) as answer:
                    return self._object(answer.read(MAX_ANSWER + 1))
            except urllib.error.HTTPError as refusal:
                if refusal.code != HTTPStatus.TOO_MANY_REQUESTS or attempt == TRIES - 1:
                    raise self._refused(refusal) from refusal
                self._sleep(_pause_s(refusal))
            except (OSError, ValueError) as error:
                raise self._silent(str(getattr(error, "reason", error))) from error
        raise AssertionError("unreachable")

    def _refused(self, refusal: urllib.error.HTTPError) -> Exception:
        try:
            error = json.loads(refusal.read(MAX_ANSWER))["error"]
            code, text = str(error["code"]), str(error["message"])
        except (ValueError, KeyError, TypeError, OSError):
            return self._silent(f"HTTP {refusal.code}")
        temporary = refusal.code >= HTTPStatus.INTERNAL_SERVER_ERROR and code != "log_damaged"
        if temporary or refusal.code == HTTPStatus.TOO_MANY_REQUESTS:
            return self._silent(text)
        return Withheld(text.rstrip("."))

    def _object(self, data: bytes) -> dict[str, Any]:
        try:
            said = json.loads(data) if len(data) <= MAX_ANSWER else None
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise self._other()
        return said

    def _silent(self, why: str) -> Unreachable:
        return Unreachable(
            "log_unreachable",
            f"{self.address} does not answer ({why}).",
            "Nothing can be said about it now; what was remembered is kept. Try again later.",
        )

    def _other(self) -> Unreachable:
        return Unreachable(
            "no_log_there",
            f"What answers at {self.address} is not a log.",
            "Check the address; a proxy may stand in its place. What was remembered is kept.",
        )


def _pause_s(refusal: urllib.error.HTTPError) -> float:
    told = refusal.headers.get("Retry-After", "")
    return min(float(told) if told.isdigit() else 1.0, LONGEST_PAUSE_S)
