"""docs/how-to/held-or-refused.md is followed: each of its commands is run where it says that it helps."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from multiball.cli.main import run
from multiball.landing import holds
from multiball.landing.holds import ERODES_WITHIN, MOST, SHARE
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import WarehouseError, open_warehouse
from tests.cli.test_sources_command import home as home
from tests.cli.test_sources_command import load_rates
from tests.warehouse.test_clock import set_clock as set_clock

PAGE = (REPOSITORY / "docs" / "how-to" / "held-or-refused.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_does_what_it_says(home: Path, set_clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"more than ten rows and more than {SHARE:.0%}".replace("%", " %") in PAGE and MOST == 10
    assert f"the last {ERODES_WITHIN.days} days" in PAGE
    commands = re.findall(r"^\$ multiball (.+)$", PAGE, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["sources", "doctor", "sources", "run", "doctor"]
    looked, examined, confirmed, _, corrected = (command.split() for command in commands)
    load_rates(home, 31)
    load_rates(home, 0)
    for command, mark in ((looked, "held back: rates EXR"), (examined, "✗ source rates: EXR: 62 rows of exchange_rates")):
        run(command)
        assert mark in capsys.readouterr().out
    assert run(confirmed) == 0
    assert holds(open_warehouse(Workspace(home))) == []
    set_clock(timedelta(days=365))
    load_rates(home, 31)
    set_clock(timedelta(0))
    with pytest.raises(WarehouseError):
        load_rates(home, 31)
    run(corrected)
    assert "✓ clock" in capsys.readouterr().out
    load_rates(home, 31)
