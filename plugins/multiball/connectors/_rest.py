"""How connectors talk HTTP: one account's session with an API, retried within bounds and never faster than the platform allows.

Every request goes through `Rest.fetch`: it asks, lets the API's `judge` read the answer, and asks again after a time-out, a broken
connection, an answer that cannot be parsed, 429 or 5xx, waiting as long as the platform says (else exponentially longer). It gives
up after `max_attempts` with a `SourceError`. Tokens travel in headers alone, so no log or message can hold one.

`options` of the source: `max_attempts` (6), `max_wait_seconds` (600: the longest single wait), `timeout_seconds` (60).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from multiball.shapes import InputError, Source, SourceError

if TYPE_CHECKING:
    from tenacity import RetryCallState

Parsed = TypeVar("Parsed")
log = logging.getLogger(__name__)


class Again(Exception):
    """The same request may succeed later, at the earliest after `wait` seconds where the platform says so."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Refused(SourceError):
    """The platform understood the request and says no; asking again would not help. `code` is the platform's own."""

    def __init__(self, what: str, *, source: str, remedy: str, code: Any = None) -> None:
        super().__init__(what, source=source, remedy=remedy)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """An answer with an error status, made easy for a `judge`: it returns nothing and raises `Again` or a `Refused`."""

    source: Source
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object of the answer; empty where it is something else, such as a proxy's HTML."""
        try:
            loaded = json.loads(self.text)
        except ValueError:
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def refused(self, what: str, remedy: str, code: Any = None) -> Refused:
        """A refusal that names the source."""
        return Refused(what, source=self.source.name, remedy=remedy, code=code)

    def token_refused(self, what: str) -> Refused:
        """The refusal of a token, with the credential to renew."""
        names = " or ".join(f"sources.{self.source.name}.credentials.{name}" for name in self.source.credentials) or "a credential"
        return self.refused(f"the token is expired or wrong ({what})", f"Renew it and set {names} to the new one", code=self.status)

    def permission_refused(self, what: str) -> Refused:
        """The refusal of a permission."""
        return self.refused(
            f"the token may not read this ({what})", "Grant the permission that the connector's documentation names", self.status
        )


def judge(answer: Answer) -> None:
    """Read an error by its HTTP status alone. Raises `Again` for 408, 423, 425, 429 and 5xx, a `Refused` for the rest."""
    what = f"HTTP {answer.status}: {answer.body.get('message') or answer.text[:200] or 'empty answer'}"
    if answer.status in (408, 423, 425, 429) or answer.status >= 500:
        raise Again(f"HTTP {answer.status}", retry_after(answer.headers))
    if answer.status == 401:
        raise answer.token_refused(what)
    if answer.status == 403:
        raise answer.permission_refused(what)
    raise answer.refused(what, "Check base_url and accounts of the source", answer.status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks for, given as seconds or as a date (RFC 9110 10.2.3); none where absent or unreadable."""
    value = headers.get("retry-after", "")
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None


def unhurried(_headers: Mapping[str, str]) -> float:
    """The pace of an API that tells nothing of its limits: no pause."""
    return 0.0


def holding(*keys: str) -> Callable[[str], dict[str, Any]]:
    """A parser of a JSON object that must hold `keys`; without them it is half an answer, and asked for again."""

    def parse(text: str) -> dict[str, Any]:
        body = json.loads(text)
        if not isinstance(body, dict) or any(key not in body for key in keys):
            raise ValueError(f"answer without {', '.join(keys)}")
        return body

    return parse


def credential(source: Source, name: str) -> str:
    """A credential of the source. Raises InputError where the configuration has none."""
    if not source.credentials.get(name):
        where = f"sources.{source.name}.credentials.{name}"
        raise InputError("is missing", where=where, remedy=f"Add {name}: ${{NAME_OF_A_SECRET}} there.")
    return source.credentials[name]


def bearer(token: str) -> dict[str, str]:
    """The header that carries a bearer token."""
    return {"Authorization": f"Bearer {token}"}


class Rest:
    """A session with the API at the source's base URL; close it, or use it with `with`.

    `judge` reads answers with an error status. `pace` reads the headers of every answer and says how many seconds to pause before
    the next request, so that a limit is respected before it is hit.
    """

    def __init__(
        self,
        source: Source,
        headers: Mapping[str, str],
        judge: Callable[[Answer], None] = judge,
        pace: Callable[[Mapping[str, str]], float] = unhurried,
    ) -> None:
        import httpx

        options = source.options
        self.source = source
        self.longest_wait = float(options.get("max_wait_seconds", 600))
        self._attempts = int(options.get("max_attempts", 6))
        self._judge, self._pace = judge, pace
        self._rested_at = 0.0
        timeout = float(options.get("timeout_seconds", 60))
        self._client = httpx.Client(base_url=source.base_url, headers={"Accept": "application/json", **headers}, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """Close the session. What trips over an answer of another shape than documented becomes a SourceError."""
        self._client.close()
        if isinstance(error, LookupError | TypeError | AttributeError | ValueError):
            what = f"an answer is not as documented ({type(error).__name__}: {error})"
            raise SourceError(what, source=self.source.name, remedy="Compare it with the connector's documentation") from error

    def get(self, path: str, params: Mapping[str, Any] | None = None, expect: tuple[str, ...] = ()) -> dict[str, Any]:
        """The JSON object at `path`, which must hold the keys `expect`."""
        return self.fetch("GET", path, holding(*expect), params=params)

    def post(self, path: str, expect: tuple[str, ...] = (), **request: Any) -> dict[str, Any]:
        """The JSON object that answers a POST with `json=` or `data=`. It may be sent twice: only for requests that only read."""
        return self.fetch("POST", path, holding(*expect), **request)

    def pages(
        self,
        path: str,
        params: Mapping[str, Any],
        parse: Callable[[str], dict[str, Any]],
        following: Callable[[dict[str, Any]], Mapping[str, Any] | None],
    ) -> Iterator[dict[str, Any]]:
        """Every page as `parse` makes it. `following` reads from a page the parameters that lead to the next one; none ends it."""
        more: Mapping[str, Any] | None = {}
        while more is not None:
            page = self.fetch("GET", path, parse, params={**params, **more})
            yield page
            asked, more = more, following(page)
            if more is not None and more == asked:
                raise ValueError(f"the page after {more} is the same page")

    def fetch(self, method: str, path: str, parse: Callable[[str], Parsed], **request: Any) -> Parsed:
        """What `parse` makes of the answer. Raises `Refused`, or a `SourceError` when every attempt failed."""
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception_type(Again),
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            before_sleep=lambda state: self._tell(path, state),
            reraise=True,
        )
        try:
            answer: Parsed = retrying(self._once, method, path, parse, request)
            return answer
        except Again as failure:
            raise SourceError(
                f"gave up on {path} after {self._attempts} attempts ({failure})",
                source=self.source.name,
                remedy="The platform may be down or over its limit: run the load again later, nothing was doubled",
            ) from failure

    def _once(self, method: str, path: str, parse: Callable[[str], Parsed], request: Mapping[str, Any]) -> Parsed:
        import httpx

        time.sleep(max(0.0, self._rested_at - time.monotonic()))
        try:
            response = self._client.request(method, path, **request)
        except httpx.TransportError as error:
            raise Again(f"{type(error).__name__}: {error}") from error
        self._rested_at = time.monotonic() + min(self._pace(response.headers), self.longest_wait)
        if response.status_code >= 300:
            self._judge(Answer(self.source, response.status_code, response.headers, response.text))
        try:
            return parse(response.text)
        except ValueError as error:
            raise Again(f"broken answer: {error}") from error

    def _wait(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        hint = failure.wait if isinstance(failure, Again) else None
        return min(2.0 ** (state.attempt_number - 1) if hint is None else hint, self.longest_wait)

    def _tell(self, path: str, state: RetryCallState) -> None:
        failure = state.outcome.exception() if state.outcome else None
        wait = state.upcoming_sleep
        log.warning("source %s: %s: %s; attempt %d again in %.1f s", self.source.name, path, failure, state.attempt_number + 1, wait)
