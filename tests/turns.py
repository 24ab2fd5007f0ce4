"""Variants that take turns: of an expensive test's engines, languages or set-ups a run tests some, and the next day's run the others.

`pytest.mark.in_turn(place, of)` marks the variant that is tested on every `of`th turn. `make test` takes the day as its turn and prints it;
`--turn N` repeats one, `--turn all` (`make test-all`) tests every variant.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

ALL = "all"


def add_option(parser: pytest.Parser) -> None:
    """The option, whose default every worker gets from the run that started it."""
    today = str(datetime.now(UTC).toordinal())
    parser.addoption("--turn", default=today, type=_turn, help="the turn of tests in rotation: a number, or all; by default the day's")


def header(config: pytest.Config) -> str:
    """How to repeat the run."""
    turn = config.getoption("turn")
    return "every variant in rotation" if turn == ALL else f"turn {turn} of the variants in rotation; --turn {turn} repeats it"


def is_due(item: pytest.Item) -> bool:
    """Whether the run tests the variant."""
    turn, marker = item.config.getoption("turn"), item.get_closest_marker("in_turn")
    if turn == ALL or marker is None:
        return True
    place, of = marker.args
    return int(turn) % of == place % of


def _turn(text: str) -> str:
    if text != ALL and not text.isdecimal():
        raise ValueError(text)
    return text
