"""Records of the engine as .npz files: arrays as arrays, all else as one JSON text. Reading executes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import IO, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

Record = TypeVar("Record")

TEXT = "record"  # name of the array that holds the JSON
Arrays = dict[str, npt.NDArray[Any]]


def save(record: object, stream: IO[bytes]) -> None:
    """Write a dataclass made of arrays, scalars, texts, tuples, mappings and further dataclasses."""
    arrays: Arrays = {}
    text = json.dumps(_taken_apart(record, arrays))
    np.savez(stream, allow_pickle=False, **{TEXT: np.frombuffer(text.encode(), np.uint8)}, **arrays)


def load(kind: type[Record], place: Path) -> Record:
    """Read what `save` wrote. Raises OSError, or ValueError for anything that is no such record."""
    try:
        with np.load(place, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        plain = json.loads(arrays.pop(TEXT).tobytes())
        record: Record = _rebuilt(kind, plain, arrays)
    except OSError:
        raise
    except Exception as fault:  # numpy, zipfile, json and a changed class each have errors of their own
        raise ValueError(f"{place.name} is no {kind.__name__}: {fault}") from fault
    return record


def digest(record: object) -> str:
    """SHA-256 of all that a record holds, hexadecimal."""
    arrays: Arrays = {}
    found = hashlib.sha256(json.dumps(_taken_apart(record, arrays)).encode())
    for array in arrays.values():
        found.update(f"{array.dtype}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def _taken_apart(value: Any, arrays: Arrays) -> Any:
    """JSON for a value; its arrays are added to `arrays` and named in it."""
    if isinstance(value, np.ndarray):
        name = f"array{len(arrays)}"
        arrays[name] = value
        return name
    if is_dataclass(value):
        return {field.name: _taken_apart(getattr(value, field.name), arrays) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _taken_apart(held, arrays) for key, held in value.items()}
    if isinstance(value, tuple | list):
        return [_taken_apart(held, arrays) for held in value]
    return value.item() if isinstance(value, np.generic) else value


def _rebuilt(hint: Any, plain: Any, arrays: Arrays) -> Any:
    """The value of type `hint` from its JSON."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        given = [kind for kind in inner if kind is not type(None)]
        return None if plain is None else _rebuilt(given[0], plain, arrays)
    if hint is np.ndarray or origin is np.ndarray:
        return arrays[plain]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        values = {name: _rebuilt(hints[name], held, arrays) for name, held in plain.items()}
        return hint(**values) if isinstance(hint, type) else None
    if origin is tuple:
        kinds = [inner[0]] * len(plain) if inner[-1] is Ellipsis else inner
        return tuple(_rebuilt(kind, held, arrays) for kind, held in zip(kinds, plain, strict=True))
    if origin is dict:
        return {key: _rebuilt(inner[1], held, arrays) for key, held in plain.items()}
    return plain
