"""SQL macros for ids that a spreadsheet took for numbers: repaired if all digits are there, detected if some may be lost."""

from __future__ import annotations

import re

from multiball.importing.mapping import Formats, Value
from multiball.shapes import Field
from multiball.sql import literal

_LARGEST = 2**53
"""Whole numbers up to here are exact in a spreadsheet's floating point."""
_SCIENTIFIC = r"\d([.,]\d+)?[eE]\+\d+|\d[.,]\d+[eE]\d+"
_PARTS = r"^(\d)(?:[.,](\d+))?[eE]\+?(\d+)$"
_DOTTED = r"[1-9]\d{0,2}(\.\d{3}){2,}"
_GROUPED = "|".join(rf"[1-9]\d{{0,2}}([{sign}]\d{{3}}){{2,}}" for sign in (",", r" \x{a0}\x{202f}", "''’"))


def repaired(text: str, field: Field, value: Value) -> str:
    """The text of a field, repaired if it is an id. A mapping's own SQL and constants stay as they are."""
    if not field.is_id or value.form not in ("column", "template"):
        return text
    return f"{'grouped_id' if value.form == 'column' and not field.identifier else 'plain_id'}({text})"


def spoiled(text: str, field: Field, value: Value) -> list[tuple[str, str]]:
    """Conditions without an exact repair, and the message of each."""
    if not field.is_id or value.form not in ("column", "template"):
        return []
    lost = [(f"lost_digits({text})", f"{field.name} has lost digits in a spreadsheet")]
    if value.form == "template" or field.identifier:
        return lost
    return [*lost, (f"maybe_thousands({text})", f"{field.name} seems to have thousands separators: set formats.thousands")]


def macros(formats: Formats) -> list[str]:
    """`plain_id(text)` is an id without a spreadsheet's signs, `grouped_id(text)` also without thousands separators.

    `lost_digits(text)` and `maybe_thousands(text)` are true if an exact repair is impossible.
    """
    decimal, thousands = re.escape(formats.decimal), formats.thousands and re.escape(formats.thousands)
    grouped = _GROUPED + (rf"|[1-9]\d{{0,2}}({thousands}\d{{3}})+" if thousands else "")
    part = f"regexp_extract(x, '{_PARTS}', %d)"
    return [
        r"""CREATE MACRO unquoted_id(x) AS regexp_replace(regexp_replace(x, '^="(.*)"$', '\1'), '^''([^'']+)$', '\1')""",
        rf"CREATE MACRO has_zeros(x) AS regexp_full_match(x, '\d+({decimal}|\.)0{{1,2}}')",
        f"""CREATE MACRO digits_of(x) AS CASE WHEN has_zeros(x) THEN regexp_extract(x, '^\\d+')
            WHEN regexp_full_match(x, '{_SCIENTIFIC}') AND TRY_CAST({part % 3} AS INTEGER) <= length({part % 2})
                AND regexp_full_match(substring({part % 2}, TRY_CAST({part % 3} AS INTEGER) + 1), '0*')
            THEN {part % 1} || substring({part % 2}, 1, TRY_CAST({part % 3} AS INTEGER)) END""",
        "CREATE MACRO plain_id(x) AS coalesce(digits_of(unquoted_id(x)), unquoted_id(x))",
        f"CREATE MACRO grouped_id(x) AS CASE WHEN regexp_full_match(unquoted_id(x), {literal(grouped)})"
        r" THEN regexp_replace(unquoted_id(x), '\D', '', 'g') ELSE plain_id(x) END",
        f"""CREATE MACRO lost_digits(x) AS (has_zeros(unquoted_id(x)) OR regexp_full_match(unquoted_id(x), '{_SCIENTIFIC}'))
            AND coalesce(TRY_CAST(digits_of(unquoted_id(x)) AS HUGEINT) > {_LARGEST}, true)""",
        f"CREATE MACRO maybe_thousands(x) AS regexp_full_match(unquoted_id(x), '{_DOTTED}') AND grouped_id(x) = unquoted_id(x)",
    ]
