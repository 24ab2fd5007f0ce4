"""A folder with a mapping and files, and what reading them gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from multiball.importing.run import read

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


@dataclass
class Desk:
    """Writes a mapping next to files and reads it."""

    folder: Path

    def file(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def mapping(self, text: str, head: str = "version: 1\nsource: s\nplatform: facebook\naccount: a\ncurrency: EUR\n") -> Path:
        return self.file("m.yml", head + text)

    def read(self, text: str, **options: Any) -> Any:
        return read(self.mapping(text), variables={}, **options)

    def records(self, text: str, part: int = 0) -> list[dict[str, Any]]:
        with self.read(text) as imported:
            return rows(imported, part)

    def counts(self, text: str, part: int = 0) -> Any:
        with self.read(text) as imported:
            return imported.entities[part].counts


def rows(imported: Any, part: int = 0) -> list[dict[str, Any]]:
    """The records of one entity, in the order of its key."""
    entity = imported.entities[part]
    found = [row for page in entity.pages() for row in page.to_pylist()]
    return sorted(found, key=lambda row: [str(row[name]) for name in entity.entity.key])


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def shared_data():
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not there: the real files are not part of the repository")
    return SHARED_DATA
