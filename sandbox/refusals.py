"""How a platform says no: status, headers and body of its documented errors, for faults that are switched on.

Each platform of `sandbox.platforms` has its words as `REFUSALS` in its module, by kind of fault.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """An answer that refuses."""

    status: int
    headers: dict[str, str]
    body: str


Words = Callable[[dict[str, Any]], tuple[int, dict[str, str], dict[str, Any] | str]]
"""What a platform answers to the options of a fault: status, headers, and a body that is text or becomes JSON."""


def words_of(platform: str) -> Mapping[str, Words]:
    """The words of a platform of `sandbox.platforms`; none for any other name."""
    module = f"sandbox.platforms.{platform}"
    found: Mapping[str, Words] = importlib.import_module(module).REFUSALS if importlib.util.find_spec(module) else {}
    return found


def refuse(platform: str, words: Mapping[str, Words], kind: str, options: dict[str, Any]) -> Refusal:
    """The platform's `words` for `rate_limited` (option `retry_after`: seconds), `server_error` (`status`), `expired_token` or
    `retired_metric` (`metric`). Raises ValueError for a kind that the platform has no words for.
    """
    if kind not in words:
        raise ValueError(f"{platform} has no answer for the fault {kind}; it has {', '.join(words) or 'none'}")
    status, headers, body = words[kind](options)
    headers = {"content-type": "application/json" if isinstance(body, dict) else "text/plain", **headers}
    if options.get("retry_after") is not None:
        headers["retry-after"] = str(options["retry_after"])
    return Refusal(status, headers, json.dumps(body) if isinstance(body, dict) else body)


def plain(status: int, body: dict[str, Any] | str) -> Words:
    """A constant message; the option `status` overrides `status`."""
    return lambda options: (int(options.get("status", status)), {}, body)
