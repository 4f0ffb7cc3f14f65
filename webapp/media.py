"""Private files over HTTP: whoever calls `serve` has already checked that this person may see the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import StreamingHttpResponse

from webapp.errors_text import Refused
from webapp.vault import is_locked, require_key

CHUNK = 64 * 1024  # bytes read at a time
PART = 1 << 20  # bytes sent to a player at a time; some ten seconds of film
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def serve(
    request: HttpRequest, file: FieldFile, *, content_type: str, download_as: str | None = None
) -> HttpResponseBase:
    """The bytes of `file`; a remote store answers with a short-lived signed address instead,
    except for what lies locked, which is decrypted here.

    One byte range is honoured (RFC 9110 §14), so players can seek; several at once get the whole file. Where the
    end is left open a part is sent, and the player asks for the next: so a film that is taken down stops soon.
    """
    if is_locked(file.name):
        try:
            require_key()
        except Refused as refused:
            return _guard(HttpResponse(str(refused), status=503, content_type="text/plain; charset=utf-8"))
    elif not isinstance(file.storage, FileSystemStorage):
        return _guard(HttpResponseRedirect(_signed_address(file, content_type, download_as)))
    span = _parse_range(request.headers.get("Range", ""), file.size)
    if span is None:
        whole = FileResponse(
            file.open("rb"), content_type=content_type, as_attachment=bool(download_as), filename=download_as or ""
        )
        whole["Accept-Ranges"] = "bytes"
        return _guard(whole)
    first, last = span
    if first > last:
        return _guard(HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"}))
    part = StreamingHttpResponse(
        _read(file.open("rb"), first, last - first + 1), status=206, content_type=content_type
    )
    part["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    part["Content-Length"] = str(last - first + 1)
    part["Accept-Ranges"] = "bytes"
    return _guard(part)


def json_file(said: dict[str, Any], *, name: str) -> JsonResponse:
    """JSON that people read, as a download called `name`."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=disposition)


def _parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; first > last where the range lies outside; None for the whole file."""
    match = _RANGE.match(header.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last n bytes
        return (size - min(int(last), size), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last) if last else int(first) + PART - 1, size - 1)


def _read(file: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _signed_address(file: FieldFile, content_type: str, download_as: str | None) -> str:
    disposition = f'attachment; filename="{download_as}"' if download_as else "inline"
    parameters = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
    address: str = file.storage.url(file.name, parameters=parameters)  # type: ignore[call-arg]
    return address


def _guard(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
