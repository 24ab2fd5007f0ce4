"""Errors and rate limits as a connector declares them: a `raise_for_error` and a `pace` for `Rest`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from multiball.connectors._answers import Again, Answer, TooMuch
from multiball.connectors._answers import raise_for_error as raise_for_status
from multiball.connectors._declared.declaration import ErrorRule, Throttle


class NoRows(Exception):
    """The response means that there are no rows."""


def raise_by_rules(rules: tuple[ErrorRule, ...], answer: Answer) -> None:
    """Raise the error of the first rule that matches the response, even if its status is a success. None matches one with rows."""
    for rule in rules:
        if _fits(rule, answer):
            _raise(rule, answer)


def raise_for_error(rules: tuple[ErrorRule, ...]) -> Callable[[Answer], None]:
    """A function that classifies an error by the rules, else by the HTTP status."""

    def raise_for_answer(answer: Answer) -> None:
        raise_by_rules(rules, answer)
        raise_for_status(answer)

    return raise_for_answer


def pace(throttle: Throttle) -> Callable[[Mapping[str, str]], float]:
    """Seconds to pause before the next request: as declared, or one interval when few calls of a limit remain."""

    def pause(headers: Mapping[str, str]) -> float:
        limit, left = headers.get(throttle.limit_header), headers.get(throttle.left_header)
        if not limit or not left or int(left) >= throttle.keep_percent / 100 * int(limit):
            return throttle.seconds
        milliseconds = headers.get(throttle.interval_ms_header)
        return int(milliseconds) / 1000 if milliseconds else throttle.interval_seconds

    return pause


def _fits(rule: ErrorRule, answer: Answer) -> bool:
    if rule.status and answer.status not in rule.status:
        return False
    if rule.contains and not any(part in answer.text for part in rule.contains):
        return False
    try:
        return all(path.reader()(answer.body, {}) in values for path, values in rule.values)
    except TypeError:  # the body has another structure than the rule expects
        return False


def _raise(rule: ErrorRule, answer: Answer) -> None:
    said = rule.message.reader()(answer.body, {}) if rule.message else None
    what = f"HTTP {answer.status}: {said or answer.text[:200] or 'empty answer'}"
    match rule.then:
        case "empty":
            raise NoRows(what)
        case "again":
            raise Again(what, rule.wait)
        case "token":
            raise answer.token_refused(what)
        case "permission":
            raise answer.permission_refused(what)
        case "less":
            raise TooMuch(what, source=answer.source.name, remedy=rule.remedy or "One row at a time is too much for the platform")
        case _:
            raise answer.refused(what, rule.remedy or "Check accounts and options of the source against the message", answer.status)
