"""Columns of texts over one buffer of bytes: taken apart without copying a text, and laid out to be looked at as bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


class _ByInterface:
    """An array that is handed over by Arrow's C interface alone: for one of pyarrow's own, polars loads its functions."""

    def __init__(self, array: pa.Array) -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        schema_and_array: tuple[object, object] = self._array.__arrow_c_array__(requested_schema)
        return schema_and_array


def between(data: bytes | Bytes, offsets: Ints) -> pl.Series:
    """The texts that lie between each offset, in bytes, and the next. They must begin and end with whole characters."""
    buffers = pa.py_buffer(offsets), pa.py_buffer(data)
    return pl.Series(_ByInterface(pa.LargeStringArray.from_buffers(len(offsets) - 1, *buffers)))


def slices(data: bytes | Bytes, start: Ints, end: Ints) -> pl.Series:
    """The texts from each start to its end; none begins before the one before it ends."""
    offsets = np.append(np.column_stack([start, end]).ravel(), len(data))
    return between(data, offsets).gather_every(2)


def laid_out(column: pl.Series) -> tuple[bytes, Ints]:
    """All texts of a column without null, one behind the other, and the offsets where each begins; the last is the end."""
    array = column.to_arrow()
    _, offsets, data = array.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return (b"" if data is None else data.to_pybytes()), at
