"""One call to a stand-in, and how a stand-in says no to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request

from sandbox.kit.tables import Tables
from sandbox.world import World


class Refused(Exception):
    """The platform says no: with the words that it declared for `kind`, which `values` fill."""

    def __init__(self, kind: str, **values: Any) -> None:
        super().__init__(kind)
        self.kind, self.values, self.headers = kind, values, dict[str, str]()


class Said(NamedTuple):
    """What is said with a refusal, for the envelope to hold. `more`: what the words hold next to the message. `path`: of the call."""

    kind: str
    status: int
    message: str
    more: Mapping[str, Any]
    path: str


class Text(NamedTuple):
    """A body that is not JSON."""

    text: str
    media_type: str = "text/plain"


@dataclass
class Call:
    """One authenticated call: the account, the request and its moment. Moments are UTC without zone, as in the world's tables."""

    request: Request
    body: bytes
    world: World
    tables: Tables
    state: Any
    """The platform's `state`, which lasts as long as the platform is served."""
    now: datetime
    given: Mapping[str, str]
    """The query's parameters; of one that is repeated, the last."""
    account: str | None = None
    start: Any = None
    """Where the window starts, a day or a moment as the route's `written` gives it; None: it does not."""
    end: Any = None
    path: Mapping[str, str] = field(default_factory=dict)
    """The parameters of the path, the account among them."""

    def json(self) -> Any:
        """The body. Refused as `not_json` when it is something else."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Refused("not_json") from error
