"""A request body that is too long is refused before it fills the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

FORM_OVERHEAD = 2**20  # bytes left for the other fields and the multipart framing


class SizeLimitHandler(FileUploadHandler):
    """First in the chain: counts what arrives, whatever Content-Length claims, and hands it on."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        if content_length > settings.MAX_RECORDING_BYTES + FORM_OVERHEAD:
            raise RequestDataTooBig("The upload is larger than this site takes.")
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.MAX_RECORDING_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
