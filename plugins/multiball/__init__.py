"""Multiball, a social marketing warehouse. `multiball.connect()` gives an analyst its published marts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiball.frames import connect as connect


def __getattr__(name: str) -> Any:
    """`connect`, imported at first use, so that importing a part of Multiball, for example in a DAG, stays fast."""
    if name == "connect":
        from multiball.frames import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
