"""Arrow without pandas, for processes that are short or shall stay small."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

import pyarrow as pa


class _NoPandas:
    """An import finder that does not find pandas."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def keep_pandas_out() -> None:
    """From now on pyarrow imports pandas only when it is asked for frames (`to_pandas`). No effect where pandas is imported already.

    Otherwise it imports pandas with the first value that it converts, to see whether the value is a pandas object: 0.15 s and 40 MB.
    Until a frame is asked for, `pa.array` takes a pandas Series like any other sequence.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        try:
            pa.array([])
        finally:
            sys.meta_path.remove(_NoPandas)
