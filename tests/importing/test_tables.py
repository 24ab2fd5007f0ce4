"""Names of columns: unique, and found quickly however many there are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiball.importing.tables import unique_names


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "b", "b (1)", "", "column 2"]), max_size=12))
def test_a_name_is_numbered_by_the_earlier_names_that_are_it_with_or_without_a_number(header: list[str]) -> None:
    names = unique_names(header)
    for position, (written, name) in enumerate(zip(header, names, strict=True)):
        base = written or f"column {position + 1}"
        alike = re.compile(re.escape(base) + r"( \(\d+\))?", re.IGNORECASE)
        earlier = sum(1 for other in names[:position] if alike.fullmatch(other))
        assert name == (f"{base} ({earlier + 1})" if earlier else base)


@pytest.mark.timeout(60)
def test_a_header_of_hundreds_of_thousands_of_columns_does_not_hang() -> None:
    assert len(set(unique_names([f"c{number}" for number in range(200_000)]))) == 200_000
