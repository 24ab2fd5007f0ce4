"""Reads moments from the command line and the Python interface."""

from __future__ import annotations

from datetime import UTC, datetime

from multiball.shapes import InputError


def parse_moment(text: str, where: str) -> datetime:
    """An ISO date (its end, in UTC) or date and time (UTC unless it says otherwise). Raises InputError."""
    try:
        if len(text) == len("2026-01-31"):
            return datetime.fromisoformat(f"{text}T23:59:59.999999+00:00")
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{text!r} is not a valid date or time", where=where, remedy="Give one like 2026-01-31 or 2026-01-31T06:00."
        ) from error
