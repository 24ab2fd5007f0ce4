"""Responses of an API and what they mean: try again, request less, or stop and report what the user has to do."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from multiball.shapes import AccessRefused, Source, SourceError

log = logging.getLogger(__name__)
TOKEN_ERRORS = ("invalid_token", "invalid_client", "invalid_grant", "unauthorized_client", "token_expired", "expired_token")
"""Codes of OAuth 2.0 (RFC 6749 5.2, RFC 6750 3.1), and two that platforms add, for credentials that are wrong."""


class Again(Exception):
    """The same request may succeed later; if the platform gives a time, after `wait` seconds at the earliest."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Refused(SourceError):
    """The platform refuses the request; repeating it would not help. `code` is the platform's own."""

    def __init__(self, what: str, *, source: str, remedy: str, code: Any = None) -> None:
        super().__init__(what, source=source, remedy=remedy)
        self.code = code


class Denied(Refused, AccessRefused):
    """The platform refuses the credentials or a permission."""


class DeadToken(Denied):
    """The platform refuses the token for every request."""


class TooMuch(Refused):
    """The response would be too large: request fewer rows or days at once."""


@dataclass(frozen=True)
class Answer:
    """A response, as `raise_for_error` reads it, which raises `Again` or a `Refused` for an error and returns nothing."""

    source: Source
    status: int
    headers: Mapping[str, str]
    text: str
    loaded: dict[str, Any] | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object of the response; empty if it is something else, such as a proxy's HTML."""
        if self.loaded is not None:
            return self.loaded
        try:
            loaded = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def refused(self, what: str, remedy: str, code: Any = None) -> Refused:
        """A `Refused` that names the source."""
        return Refused(what, source=self.source.name, remedy=remedy, code=code)

    def token_refused(self, what: str) -> DeadToken:
        """The refusal of a token, with the credential to renew."""
        names = " or ".join(f"sources.{self.source.name}.credentials.{name}" for name in self.source.credentials) or "a credential"
        remedy = f"Renew it and set {names} to the new one"
        return DeadToken(f"the token is expired or wrong ({what})", source=self.source.name, remedy=remedy, code=self.status)

    def permission_refused(self, what: str) -> Denied:
        """The refusal of a permission."""
        remedy = "Grant the permission that the connector's documentation names"
        return Denied(f"the token may not read this ({what})", source=self.source.name, remedy=remedy, code=self.status)


def raise_for_error(answer: Answer) -> None:
    """Classify an error by its HTTP status and by OAuth's codes.

    Raises `Again` for 408, 423, 425, 429, 5xx and an error with a status of success, a `Refused` for the rest.
    """
    error = answer.body.get("error")
    what = f"HTTP {answer.status}: {answer.body.get('message') or answer.text[:200] or 'empty answer'}"
    if answer.status in (401, 407) or (isinstance(error, str) and error.strip().lower() in TOKEN_ERRORS):
        raise answer.token_refused(what)
    if answer.status == 403 or error == "insufficient_scope":
        raise answer.permission_refused(what)
    if answer.status in (408, 423, 425, 429) or answer.status >= 500:
        raise Again(f"HTTP {answer.status}", retry_after(answer.headers))
    if answer.status < 300:
        raise Again(what)
    raise answer.refused(what, "Check base_url and accounts of the source", answer.status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, given as seconds or as a date (RFC 9110 10.2.3); None if absent.

    An invalid or negative value is logged and ignored. There is no upper limit here.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp())
    except (ValueError, TypeError, OverflowError):
        log.warning("Retry-After is %.40r, which is neither seconds nor a date (RFC 9110), and is ignored", value)
        return None
