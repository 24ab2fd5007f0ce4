"""HTTP for connectors: one account's session with an API, with limited retries and never faster than the platform allows.

Every request goes through `Rest.fetch`. It lets the API's `raise_for_error` read the response, and retries after a time-out, a broken
connection, an invalid response, 429 or 5xx, waiting as long as the platform says (else exponentially longer). It gives
up after `max_attempts` with a `SourceError`; refused credentials fail at once. Tokens are sent in headers only, and are removed from
texts of the platform, so no log or message contains one.

`options` of the source: `max_attempts` (6), `max_wait_seconds` (600: the longest single wait), `timeout_seconds` (60).
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from multiball.connectors._answers import Again, Answer, DeadToken, Denied, Refused, TooMuch, raise_for_error, retry_after
from multiball.connectors._paging import Trail
from multiball.connectors._response_checks import NOT_AS_DOCUMENTED, fault, holding, listing, reports_error
from multiball.shapes import InputError, Source, SourceError

__all__ = [
    "Again",
    "Answer",
    "DeadToken",
    "Denied",
    "Refused",
    "Rest",
    "TooMuch",
    "Trail",
    "bearer",
    "credential",
    "holding",
    "listing",
    "number_option",
    "raise_for_error",
    "retry_after",
]

if TYPE_CHECKING:
    from tenacity import RetryCallState

Parsed = TypeVar("Parsed")
Made = TypeVar("Made")
log = logging.getLogger(__name__)
WITHHELD = "[withheld]"


def no_pause(_headers: Mapping[str, str]) -> float:
    """The pace of an API that does not report its limits."""
    return 0.0


def credential(source: Source, name: str) -> str:
    """A credential of the source. Raises InputError if it is missing or cannot be sent in a header."""
    where, given = f"sources.{source.name}.credentials.{name}", source.credentials.get(name, "")
    if not given:
        raise InputError("is missing", where=where, remedy=f"Add {name}: ${{NAME_OF_A_SECRET}} there.")
    if not (given.isascii() and given.isprintable()) or " " in given:
        what = "contains a space, a line break or a character that is invalid in a token"
        raise InputError(what, where=where, remedy="Copy the token again, without anything around it.")
    return given


def number_option(source: Source, name: str, usual: float, least: float = 0.0) -> float:
    """A number among the source's options. Raises InputError if it is not a number, or below `least`."""
    given = source.options.get(name, usual)
    try:
        number = float("nan") if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        number = float("nan")
    if not math.isfinite(number) or number < least:
        where = f"sources.{source.name}.options.{name}"
        raise InputError(f"is {given!r}", where=where, remedy=f"Give a number of at least {least:g}, such as {usual:g}.")
    return number


def bearer(token: str) -> dict[str, str]:
    """The header that carries a bearer token."""
    return {"Authorization": f"Bearer {token}"}


class Rest:
    """A session with the API at the source's base URL; close it, or use it with `with`.

    `raise_for_error` reads responses with an error status. `pace` reads the headers of every response and returns the seconds to pause
    before the next request, so that limits are respected.
    """

    def __init__(
        self,
        source: Source,
        headers: Mapping[str, str],
        raise_for_error: Callable[[Answer], None] = raise_for_error,
        pace: Callable[[Mapping[str, str]], float] = no_pause,
    ) -> None:
        import httpx

        self.source = source
        self.longest_wait = number_option(source, "max_wait_seconds", 600)
        self._attempts = int(number_option(source, "max_attempts", 6, least=1))
        self._raise_for_error, self._pace = raise_for_error, pace
        self._rested_at = 0.0
        self._last_path = source.base_url
        self._counted: Counter[str] = Counter()
        tokens = [headers.get("Authorization", "").removeprefix("Bearer "), *source.credentials.values()]
        self._secrets = sorted({token for token in tokens if len(token) > 3}, key=len, reverse=True)
        timeout = number_option(source, "timeout_seconds", 60)
        try:
            self._client = httpx.Client(base_url=source.base_url, headers={"Accept": "application/json", **headers}, timeout=timeout)
        except httpx.InvalidURL as error:
            where = f"sources.{source.name}.base_url"
            raise InputError(
                f"is not a valid address ({error})", where=where, remedy="Give one such as https://api.example.com."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """Close the session. Errors from undocumented responses become a SourceError."""
        self._client.close()
        if isinstance(error, NOT_AS_DOCUMENTED):
            about = f": {error.args[0]!r}" if isinstance(error, KeyError) else ""
            raise self._unlike(f"the response of {self._last_path} is not as documented ({type(error).__name__}{about})") from error

    def each(self, entity: str, rows: Iterable[Any], convert: Callable[[Any], Made]) -> list[Made]:
        """Convert each row. Raises a SourceError that names the entity, the row and the unreadable field."""
        made: list[Made] = []
        for row in rows:
            self._counted[entity] += 1
            try:
                made.append(convert(row))
            except NOT_AS_DOCUMENTED as error:
                what = fault(row, convert, error)
                raise self._unlike(f"{entity}, row {self._counted[entity]}, is not as documented: {what}") from error
        return made

    def _unlike(self, what: str) -> SourceError:
        remedy = "Nothing of this load is kept. Compare the response with the connector's documentation"
        return SourceError(self._hidden(what), source=self.source.name, remedy=remedy)

    def _hidden(self, text: str) -> str:
        """The text without the source's secrets, in case the platform echoes them."""
        for secret in self._secrets:
            text = text.replace(secret, WITHHELD)
        return text

    def get(self, path: str, params: Mapping[str, Any] | None = None, expect: tuple[str, ...] = ()) -> dict[str, Any]:
        """The JSON object at `path`, which must have the keys `expect`."""
        return self.fetch("GET", path, holding(*expect), params=params)

    def post(self, path: str, expect: tuple[str, ...] = (), **request: Any) -> dict[str, Any]:
        """The JSON response to a POST with `json=` or `data=`. It may be sent more than once: only for requests that read."""
        return self.fetch("POST", path, holding(*expect), **request)

    def fetch(self, method: str, path: str, parse: Callable[[str], Parsed], **request: Any) -> Parsed:
        """The parsed response. Raises `Refused`, or a `SourceError` when every attempt failed."""
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception_type(Again),
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            before_sleep=lambda state: self._log_retry(path, state),
            reraise=True,
        )
        try:
            answer: Parsed = retrying(self._once, method, path, parse, request)
            return answer
        except Again as failure:
            raise SourceError(
                f"gave up on {path} after {self._attempts} attempts ({failure})",
                source=self.source.name,
                remedy="The platform may be down or over its limit: run the load again later; no row is duplicated",
            ) from failure

    def _once(self, method: str, path: str, parse: Callable[[str], Parsed], request: Mapping[str, Any]) -> Parsed:
        import httpx

        time.sleep(max(0.0, self._rested_at - time.monotonic()))
        self._last_path = path
        try:
            response = self._client.request(method, path, **request)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Again(self._hidden(f"{type(error).__name__}: {error}")) from error
        self._rested_at = time.monotonic() + self._pause(response.headers)
        answer = Answer(self.source, response.status_code, response.headers, self._hidden(response.text))
        if response.status_code >= 300:
            self._raise_for_error(answer)
        try:
            return parse(response.text)
        except (ValueError, TypeError, RecursionError) as error:
            if reports_error(answer.body):
                self._raise_for_error(answer)
            raise Again(self._hidden(f"invalid response: {error}")) from error

    def _pause(self, headers: Mapping[str, str]) -> float:
        """Seconds to pause by the platform's limits; an unreadable limit is logged and ignored."""
        try:
            return min(self._pace(headers), self.longest_wait)
        except NOT_AS_DOCUMENTED as error:
            log.warning("source %s: a limit in the headers cannot be read (%s): it is ignored", self.source.name, error)
            return 0.0

    def _wait(self, state: RetryCallState) -> float:
        """The platform's waiting time, else an exponentially growing one, up to the maximum."""
        failure = state.outcome.exception() if state.outcome else None
        hint = failure.wait if isinstance(failure, Again) else None
        return min(hint if hint and hint > 0 else 2.0 ** (state.attempt_number - 1), self.longest_wait)

    def _log_retry(self, path: str, state: RetryCallState) -> None:
        failure = state.outcome.exception() if state.outcome else None
        wait, asked = state.upcoming_sleep, failure.wait if isinstance(failure, Again) else None
        longer = f" (the platform asks for {asked:.0f} s)" if asked and asked > wait else ""
        line = "source %s: %s: %s; attempt %d in %.1f s%s"
        log.warning(line, self.source.name, path, failure, state.attempt_number + 1, wait, longer)
