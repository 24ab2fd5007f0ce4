"""What the Graph API stand-ins share: versions, tokens, error envelopes, parameters, cursor pages and times.

Source of the behaviour: developers.facebook.com/docs/graph-api (results, error handling, overview/rate-limiting).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.refusals import Words

LATEST_VERSION = 26

DEFAULT_PAGE_SIZE = 25


@dataclass
class GraphError(Exception):
    """An answer that is Graph's error envelope. Almost always HTTP 400: the code in the body decides, not the status."""

    code: int
    message: str
    subcode: int | None = None
    status: int = 400
    kind: str = "OAuthException"
    is_transient: bool | None = None
    user_title: str | None = None
    user_message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, trace: str) -> dict[str, Any]:
        """The envelope; optional members that are not set are left out, as Graph does."""
        error = {
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "error_subcode": self.subcode,
            "is_transient": self.is_transient,
            "error_user_title": self.user_title,
            "error_user_msg": self.user_message,
            "fbtrace_id": trace,
        }
        return {"error": {name: value for name, value in error.items() if value is not None}}


def invalid_parameter(message: str, subcode: int | None = None) -> GraphError:
    """Error 100: a wrong or unknown parameter, field, metric or object."""
    return GraphError(100, f"(#100) {message}", subcode)


def unknown_object(name: str) -> GraphError:
    """Error 100, subcode 33: the object is not there or the token may not see it; Graph does not distinguish these."""
    return GraphError(
        100,
        f"Unsupported get request. Object with ID '{name}' does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation.",
        33,
        kind="GraphMethodException",
    )


def trace_id(request: Request) -> str:
    """An id for the answer, the same for the same question."""
    digest = hashlib.sha256(str(request.url).encode()).digest()
    return "A" + base64.urlsafe_b64encode(digest).decode()[:22]


async def graph_error_response(request: Request, error: Exception) -> Response:
    """Starlette's handler for `GraphError`."""
    assert isinstance(error, GraphError)
    return JSONResponse(error.body(trace_id(request)), status_code=error.status, headers=dict(error.headers))


async def unknown_path_response(request: Request, error: Exception) -> Response:
    """Starlette's handler for an unknown path."""
    path = "/" + request.url.path.strip("/")
    return await graph_error_response(request, GraphError(2500, f"Unknown path components: {path}"))


async def parameters(request: Request) -> dict[str, str]:
    """Query and form parameters as one map; a form's wins."""
    given = dict(request.query_params)
    if request.method == "POST":
        given |= {name: str(value) for name, value in (await request.form()).items()}
    return given


def access_token(request: Request, given: Mapping[str, str]) -> str | None:
    """The token, from `access_token` or the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return given.get("access_token") or (token if scheme.lower() == "bearer" else None)


def check_version(request: Request, today: date, ended: Mapping[int, date]) -> int:
    """The version's number. Error 2500 for one that never was, 2635 for one that has `ended`; all before the first of those have."""
    match = re.fullmatch(r"v(\d+)\.0", request.path_params["version"])
    number = int(match.group(1)) if match else LATEST_VERSION + 1
    if number > LATEST_VERSION:
        raise GraphError(2500, f"Unknown path components: {request.url.path}")
    if number < min(ended, default=0) or (number in ended and today >= ended[number]):
        raise GraphError(
            2635,
            f"(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: v{LATEST_VERSION}.0.",
        )
    return number


def check_token(token: str | None, valid: Sequence[str]) -> str:
    """The token when it is one of `valid`; error 190 (467: invalid) or 2500 (none given) otherwise."""
    if token is None:
        raise GraphError(2500, "An active access token must be used to query information about the current user.")
    if token not in valid:
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", 467)
    return token


def json_parameter(name: str, text: str) -> Any:
    """A parameter that holds JSON; error 100 when it does not."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise invalid_parameter(f"param {name} must be valid JSON.") from error


def list_parameter(name: str, text: str | None) -> list[Any]:
    """A list given as JSON or with commas between; empty when not given."""
    if not text:
        return []
    if text.lstrip().startswith("["):
        values = json_parameter(name, text)
        if not isinstance(values, list):
            raise invalid_parameter(f"param {name} must be an array.")
        return values
    return [part.strip() for part in text.split(",")]


def page_size(given: Mapping[str, str], largest: int | None = None) -> int:
    """The `limit` parameter; 25 when not given, error 100 when it is not a positive number or above `largest`."""
    text = given.get("limit", str(DEFAULT_PAGE_SIZE))
    if not text.isdigit() or int(text) == 0:
        raise invalid_parameter("param limit must be a positive integer.")
    if largest is not None and int(text) > largest:
        raise invalid_parameter(f"param limit must be less than or equal to {largest}.")
    return int(text)


def cursor(position: int) -> str:
    """The opaque cursor that points at a place in a list."""
    return base64.urlsafe_b64encode(f"item:{position}".encode()).decode()


def cursor_position(name: str, text: str) -> int:
    """The place a cursor points at; error 100 when it is not one of ours."""
    try:
        label, _, number = base64.urlsafe_b64decode(text.encode()).decode().partition(":")
    except (binascii.Error, UnicodeError) as error:
        raise invalid_parameter(f"Invalid cursor in param {name}.") from error
    if label != "item" or not number.isdigit():
        raise invalid_parameter(f"Invalid cursor in param {name}.")
    return int(number)


def page_url(request: Request, given: Mapping[str, str], **changes: str | None) -> str:
    """The address of another page of the same list; None removes a parameter. Like Graph's, it carries the token if one was given so."""
    query = {name: value for name, value in (dict(given) | changes).items() if value is not None}
    return str(request.url.replace(query=urlencode(query)))


def cursor_page(request: Request, given: Mapping[str, str], rows: Sequence[Any], size: int) -> dict[str, Any]:
    """One page of a list: `data`, and `paging` with cursors, and `next` and `previous` only where there is more.

    The last page carries cursors and no `next`; an empty list carries no paging at all.
    """
    start = cursor_position("after", given["after"]) + 1 if given.get("after") else 0
    if given.get("before"):
        end = cursor_position("before", given["before"])
        start, size = max(0, end - size), min(size, end)
    page = list(rows[start : start + size])
    if not page:
        return {"data": []}
    last = start + len(page) - 1
    paging: dict[str, Any] = {"cursors": {"before": cursor(start), "after": cursor(last)}}
    if last + 1 < len(rows):
        paging["next"] = page_url(request, given, after=cursor(last), before=None)
    if start > 0:
        paging["previous"] = page_url(request, given, before=cursor(start), after=None)
    return {"data": page, "paging": paging}


def graph_time(moment: datetime) -> str:
    """A moment as Graph writes it: `2026-10-02T07:00:00+0000`, no colon in the offset."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S%z")


def refusal(code: int, message: str, status: int = 400, **more: Any) -> Words:
    """The message of a fault in Graph's error envelope; it may contain the fault's options."""
    error = {"message": message, "type": "OAuthException", "code": code, **more, "fbtrace_id": "Asandbox0000000000000000"}
    return lambda options: (int(options.get("status", status)), {}, {"error": {**error, "message": message.format(**options)}})


def rate_limit(code: int, message: str, usage: str, **more: Any) -> Words:
    """The words of a limit that was reached, with the header that says for how many minutes."""
    say = refusal(code, message, **more)

    def words(options: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any] | str]:
        status, _, body = say(options)
        minutes = -(-int(options.get("retry_after") or 0) // 60)
        used = {"type": usage, "call_count": 100, "total_cputime": 100, "total_time": 100, "estimated_time_to_regain_access": minutes}
        return status, {"x-business-use-case-usage": json.dumps({"0": [used]})}, body

    return words


REFUSALS: dict[str, Words] = {
    "server_error": refusal(2, "An unexpected error has occurred. Please retry your request later.", 500, is_transient=True),
    "expired_token": refusal(190, "Error validating access token: Session has expired.", 401, error_subcode=463),
}
"""The words that all Graph APIs share."""
