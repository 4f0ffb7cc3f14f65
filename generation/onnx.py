"""Small networks run by onnxruntime, beside whatever else takes the cores."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

ERRORS_ONLY = 3  # of what it logs


def session(model: Path | bytes) -> onnxruntime.InferenceSession:
    """A quiet session on one thread of the processor, of a checked file or the bytes of one."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
