"""Follows docs/how-to/add-a-plan-file.md: one module adds a file with its schema, its check, its findings by line and its raw table."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from test_plan_check import GOAL, TEAM

from multiball.cli.main import run
from multiball.flows.steps import raw_entities, record_plan
from multiball.plan import files
from multiball.plan.files import plan_files
from multiball.plan.schema import editor_schema, schema
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import Warehouse

PAGE = (REPOSITORY / "docs" / "how-to" / "add-a-plan-file.md").read_text(encoding="utf-8")
[MODULE], [EVENTS], [ANSWER] = (
    re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) for kind in ("python", "yaml", "text")
)


@pytest.fixture(autouse=True)
def module(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page's module, in addition to those of the package. No other file is written."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "events.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(files, "__path__", [*files.__path__, str(folder)])
    yield
    del sys.modules[f"{files.__name__}.events"], files.events


@pytest.fixture
def write(workspace: Workspace) -> Any:
    def write_plan(events: str) -> None:
        (workspace.home / "plan").mkdir(exist_ok=True)
        for name, text in {"goals": GOAL, "teams": TEAM, "events": events}.items():
            (workspace.home / "plan" / f"{name}.yml").write_text(text, encoding="utf-8")

    return write_plan


def rows(warehouse: Warehouse) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = warehouse.read_raw(
        "multiball", "select * from raw_multiball.plan_event order by _extracted_at, event"
    ).to_pylist()
    return found


def test_the_page_s_file_has_the_findings_that_the_page_shows(
    workspace: Workspace, write: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(workspace.home))
    write(EVENTS)
    assert run(["plan", "check", "--today", "2026-11-01"]) == 2
    assert [line for line in capsys.readouterr().out.splitlines(keepends=True) if "events.yml" in line] == ANSWER.splitlines(keepends=True)


def test_its_entries_are_stored_as_vintages_with_their_types(workspace: Workspace, warehouse: Warehouse, write: Any) -> None:
    good = EVENTS.replace("    until: 2026-10-01\n", "    budget: 1500.5\n    channels: [Email]\n").replace("11-20", "11-30")
    write(good)
    assert record_plan(workspace, warehouse, "first") == ["2 events of the plan changed", "1 goals of the plan changed"]
    write(good.replace("1500.5", "1600"))
    assert record_plan(workspace, warehouse, "second") == ["1 events of the plan changed", "0 goals of the plan changed"]
    first, store, changed = rows(warehouse)
    assert (first["event"], first["name"], first["start_on"]) == ("black_friday", '{"en": "Black Friday"}', date(2026, 11, 27))
    assert (store["budget"], store["channels"], changed["budget"]) == (1500.5, '["Email"]', 1600)
    (workspace.home / "plan" / "events.yml").unlink()
    record_plan(workspace, warehouse, "third")
    assert [row["_deleted"] for row in rows(warehouse)] == [False, False, False, True, True]
    assert ("multiball", "plan_event") in [(owner, entity.name) for owner, entity in raw_entities()]


def test_editors_know_its_keys(workspace: Workspace) -> None:
    assert {"events", "goals", "teams"} == set(plan_files()) == set(editor_schema()["properties"])
    event = schema(plan_files()["events"])["$defs"]["Event"]
    assert event["properties"]["start"] == {"description": "The first day, such as 2026-11-27.", "format": "date", "type": "string"}
    assert event["required"] == ["id", "name", "start", "end"]


FAULTS = {
    "misspelt key": ("start: 2026-11-27", "strat: 2026-11-27", "2: the key 'start' is missing in events. Add it: The first day"),
    "wrong type": ("{en: Black Friday}", "Black Friday", "3: events.name is 'Black Friday'. Give indented keys."),
    "language that no catalogue has": (
        "{en: Black",
        "{fr: Vendredi, en: Black",
        "3: the key 'fr' is unknown in events.name. Known: 'en', 'zh'.",
    ),
    "language that a team reads": (
        "{en: Black",
        "{zh: Black",
        "3: the key 'en' is missing in events.name. Add it: the team growth reads English.",
    ),
    "same id": ("id: store", "id: black_friday", "6: the event 'black_friday' appears twice. Give each its own id."),
}


@pytest.mark.parametrize(("old", "new", "answer"), FAULTS.values(), ids=FAULTS)
def test_its_faults_are_reported_by_line_without_further_code(
    workspace: Workspace, write: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], old: str, new: str, answer: str
) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(workspace.home))
    write(EVENTS.replace("    until: 2026-10-01\n", "").replace("11-20", "11-30").replace(old, new))
    assert run(["plan", "check", "--today", "2026-11-01"]) == 2
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"plan/events.yml:{answer}")]
