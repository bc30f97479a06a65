"""Frozen dataclasses of plain values and arrays to JSON and back, by their type hints, without loss."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

import numpy as np


def dumps(value: Any) -> str:
    """JSON text of a dataclass; numbers come back as they were, to the last bit."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def loads[T](kind: type[T], text: str) -> T:
    """The dataclass of a text from :func:`dumps`.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the text is not one of this type.
    """
    out: T = _read(kind, json.loads(text))
    return out


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        data = np.ascontiguousarray(value)
        return {"dtype": data.dtype.str, "shape": data.shape, "data": base64.b64encode(data.tobytes()).decode()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return value


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if isinstance(origin, TypeAliasType):  # numpy's NDArray
        kind, origin = origin.__value__, np.ndarray
    if kind is Any or origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(k for k in get_args(kind) if k is not type(None)), value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{f.name: _read(hints[f.name], value[f.name]) for f in dataclasses.fields(kind)})
    if kind is np.ndarray or origin is np.ndarray:
        flat = np.frombuffer(base64.b64decode(value["data"]), dtype=np.dtype(value["dtype"]))
        return flat.reshape(value["shape"]).copy()
    if origin is tuple:
        inner = get_args(kind)
        of = [inner[0]] * len(value) if inner[1:] == (Ellipsis,) else inner
        return tuple(_read(k, v) for k, v in zip(of, value, strict=True))
    if origin is list:
        return [_read(get_args(kind)[0], v) for v in value]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {k: _read(get_args(kind)[1], v) for k, v in value.items()}
    if kind is dt.datetime:
        return dt.datetime.fromisoformat(value)
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    if kind in (int, float, str, bool):
        return kind(value)
    raise TypeError(f"no way to read a {kind}")
