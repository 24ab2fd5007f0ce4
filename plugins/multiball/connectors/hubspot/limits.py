"""HubSpot's errors and limits: https://developers.hubspot.com/docs/api/usage-details"""

from __future__ import annotations

from collections.abc import Mapping

from multiball.connectors._rest import Again, Answer
from multiball.connectors._rest import judge as judge_by_status


def judge(answer: Answer) -> None:
    """Read an error by its policy or category; by its HTTP status where it names none (some errors are HTML)."""
    message, category = str(answer.body.get("message", "")), answer.body.get("category")
    match answer.body.get("policyName"):
        case "DAILY":
            raise answer.refused(message, "The day's calls are used up: run the load again after midnight in the portal's time zone")
        case "TEN_SECONDLY_ROLLING":
            raise Again(message, 10)
    if category in ("INVALID_AUTHENTICATION", "EXPIRED_AUTHENTICATION"):
        raise answer.token_refused(message)
    if category == "MISSING_SCOPES":
        raise answer.permission_refused(message)
    if answer.status in (423, 477):
        raise Again(f"HTTP {answer.status}", 2)
    judge_by_status(answer)


def pace(headers: Mapping[str, str]) -> float:
    """A pause of one interval when less than 15 % of its calls are left. Search replies do not tell, and are not paced."""
    limit, left = headers.get("x-hubspot-ratelimit-max"), headers.get("x-hubspot-ratelimit-remaining")
    if not limit or not left or int(left) >= 0.15 * int(limit):
        return 0.0
    return int(headers.get("x-hubspot-ratelimit-interval-milliseconds", 10_000)) / 1000
