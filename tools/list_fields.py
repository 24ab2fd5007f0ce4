"""Writes the list of entities and their fields in docs/how-to/import-a-file.md, as the contracts declare them.

Run it with `.venv/bin/python tools/list_fields.py` after a change of a contract; a test fails where the page differs.
"""

from __future__ import annotations

from collections.abc import Iterator

from multiball.importing.entities import entities
from multiball.settings import REPOSITORY
from multiball.shapes import Entity, Field

PAGE = REPOSITORY / "docs" / "how-to" / "import-a-file.md"
BEGIN, END = "<!-- entities -->\n", "<!-- /entities -->"
_TYPES = {"bigint": "whole number", "decimal(18,6)": "decimal"}


def with_list(page: str) -> str:
    """The page with the list that the contracts give, between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(line for entity in entities().values() for line in _section(entity)).rstrip("\n") + "\n" + END + after


def _section(entity: Entity) -> Iterator[str]:
    yield f"### `{entity.name}`"
    yield f"{entity.grain[0].upper()}{entity.grain[1:]}."
    yield from ("", "| field | type | meaning |", "|---|---|---|")
    for field in entity.fields:
        yield f"| {_shown(field, entity)} | {_TYPES.get(field.type, field.type)} | {field.description} |"
    yield ""


def _shown(field: Field, entity: Entity) -> str:
    return f"**{field.name}**" if field.name in entity.key else f"{field.name}*" if field.required else field.name


if __name__ == "__main__":
    PAGE.write_text(with_list(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
