"""The parts of a declaration: what a platform's documentation says, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.applications import Starlette

from sandbox.kit import checks, serving
from sandbox.kit.call import Call, Said
from sandbox.kit.fields import Declared
from sandbox.kit.pages import ROW, opaque, plain, tokens
from sandbox.kit.tables import Ended, Row, Source
from sandbox.refusals import Words
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.faults import Faults


@dataclass(frozen=True)
class Auth:
    """How calls authenticate. `bearer`: header Authorization. `api_key`: `name` in `location`, header or query. `http_basic`: `secret` as
    the user or the password. `open`: nothing. Any other call is refused as `token`.
    """

    kind: str
    secret: str = ""
    name: str = "Authorization"
    location: str = "header"


OPEN = Auth("open")


@dataclass(frozen=True)
class Window:
    """The query's parameters that choose days or moments of `column` (None: the route's `rows` chooses), refused as `window`.

    `written`: a word of `sandbox.kit.window.WRITTEN`, or a function of the text and whether it is the end. The end is included where
    days are written and excluded where moments are, unless `end_included` says so.
    """

    start: str
    end: str
    column: str | None
    written: str | Callable[[str, bool], date | datetime] = "day"
    end_included: bool | None = None
    is_required: bool = True
    most_days: int | None = None


@dataclass(frozen=True)
class Paging:
    """How a listing is paged: a word of `sandbox.kit.pages.PAGING`, and `parameter`, which says where a page starts (refused as `page`).

    `size`: the parameter of a page's size, refused as `size` when it is above `most` (a number, or a function of the call), or with
    `above` = `cap` cut to it. `first`: number of the first page. `last`: on the last page the way on is `null` or `absent`.
    `key`: what rows are sorted by; a cursor then holds the key of the page's last row, so that rows which appear meanwhile shift nothing
    (without it: how many rows came before). `write` and `read` turn key and cursor into each other; `read` raises ValueError.
    """

    kind: str
    parameter: str = ""
    size: str | None = None
    usual: int = 100
    most: int | Callable[[Call], int] = 100
    above: str = "refuse"
    first: int = 1
    last: str = "null"
    key: Callable[[Row], Any] | None = None
    write: Callable[[Any], str] = opaque
    read: Callable[[str], Any] = plain


SINGLE = Paging("single_page")


class Usage(NamedTuple):
    """How much of a limit is used: calls `left` now, calls of the platform in all, and seconds until one more may be made."""

    left: int
    total: int
    wait: float


@dataclass(frozen=True)
class Throttle:
    """At most so many calls in so many seconds of real time, else refused as `refused`; `headers` say on every answer what is left."""

    calls: int
    seconds: float
    headers: Callable[[Usage], dict[str, str]] = field(default=lambda usage: {})
    refused: str = "rate_limited"


@dataclass(frozen=True)
class Says:
    """The words of one kind of refusal: HTTP status, message with `{values}`, and what else the envelope needs, such as a code."""

    status: int
    message: str
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)


def says(status: int, message: str, **more: Any) -> Says:
    """`says(429, "Too many calls", code=40100)`."""
    return Says(status, message, more)


@dataclass(frozen=True)
class Errors:
    """How a platform says no: an envelope around what is said, and the words by kind.

    The kit refuses as `token`, `account`, `window`, `size`, `page` and `rate_limited`; faults that are switched on also as `server_error`,
    `expired_token` and `retired_metric`. Functions of the declaration raise `Refused` with kinds of their own. Without words for `path` and
    `method` an unknown path and a wrong method are answered by the HTTP server itself, in plain text.
    """

    envelope: Callable[[Said], Any]
    words: Mapping[str, Says]


@dataclass(frozen=True)
class Accounts:
    """The accounts that there are: the values of a column, or `ids`. A call names its own in the path as `{account}`, or in `parameter`."""

    table: Source = ""
    column: str = ""
    ids: tuple[str, ...] = ()
    parameter: str | None = None


@dataclass(frozen=True)
class Route:
    """One path. With `table` it lists those of its rows that belong to the `account`, lie in the `window` and have appeared by the clock.

    `appears`: the column with the moment of it, `Ended` for days, or `ALWAYS`. `rows` changes what was found, or without `table` makes the
    rows. `fields` write a row; a function makes the whole object. `envelope`, `paging`, `auth` and `throttle` go before the
    platform's. `check` may refuse a call; `none`: how a listing without rows is refused. `answer` makes the body, or a status and the body.
    """

    path: str
    table: Source | None = None
    fields: Sequence[Declared] | Callable[[Row, Call], dict[str, Any]] = ()
    account: str | None = None
    window: Window | None = None
    appears: str | Ended | None = None
    rows: Callable[[Call, Sequence[Row]], Sequence[Row]] | None = None
    answer: Callable[[Call], Any] | None = None
    envelope: Any = None
    paging: Paging | None = None
    auth: Auth | None = None
    throttle: Throttle | None = None
    check: Callable[[Call], None] | None = None
    none: str | None = None
    method: str = "GET"


@dataclass(frozen=True)
class Platform:
    """A whole stand-in, with what its routes share. `state` derives from the world what functions need, at the first use.

    Raises InputError for a declaration that cannot be served.
    """

    name: str
    documentation: str
    routes: Sequence[Route]
    errors: Errors
    auth: Auth = OPEN
    accounts: Accounts | None = None
    envelope: Any = None
    paging: Paging = SINGLE
    throttle: Throttle | None = None
    state: Callable[[World], Any] | None = None

    def __post_init__(self) -> None:
        checks.check(self)

    def envelope_of(self, route: Route) -> Any:
        """What a route's answers travel in."""
        return self.envelope if route.envelope is None else route.envelope

    def paging_of(self, route: Route) -> Paging:
        """How a route is paged; an object is not."""
        return SINGLE if ROW in tokens(self.envelope_of(route)) else route.paging or self.paging

    def make_app(self, world: World, clock: Clock, faults: Faults) -> Starlette:
        """The server's app. It shows what the platform would know of `world` at the clock's time."""
        return serving.make_app(self, world, clock)

    @property
    def refusals(self) -> dict[str, Words]:
        """How it refuses when a fault is switched on."""
        return serving.refusals(self.errors)
