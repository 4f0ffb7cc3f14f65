"""How ffmpeg is let at a recording: as an opened file and nothing else, with its time line kept whole.

ffmpeg reads the file by its descriptor (protocol `fd`, which can seek) and is allowed no protocol that opens
anything else: a playlist inside a hostile file can open neither another file nor the network, and no file name
ever reaches a command line.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from generation.errors import MissingOnMachine


def sound(descriptor: int) -> Any:
    """The first sound track of the file opened as `descriptor`, a node of ffmpeg-python.

    Holes in the time line are filled with silence, so that samples and the video's clock agree.
    """
    import ffmpeg

    source = ffmpeg.input("fd:", fd=descriptor, protocol_whitelist="fd,pipe", vn=None)
    return source["a:0"].filter("aresample", **{"async": 1})


@cache
def ffmpeg_program() -> str:
    """Path of the ffmpeg binary that its wheel brought; raises MissingOnMachine without one."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as fault:
        raise MissingOnMachine(
            "ffmpeg_missing", "The program ffmpeg is not on this machine.", "Run `pip install imageio-ffmpeg`."
        ) from fault
