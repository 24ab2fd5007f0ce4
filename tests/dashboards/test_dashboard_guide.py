"""docs/how-to/add-a-chart.md, followed to the letter in a copy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from catalogues import add, copied

from multiball.dashboards.bundle import write_bundle
from multiball.dashboards.source import FOLDER
from multiball.settings import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "add-a-chart.md").read_text(encoding="utf-8")


def test_the_guides_chart_is_handed_over_in_every_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(shutil.copytree(FOLDER, tmp_path / "superset"))
    texts = copied(tmp_path, monkeypatch)
    chart, row = (textwrap.dedent(block) for block in re.findall(r"```yaml\n(.*?) *```", PAGE, re.DOTALL))
    named = re.search(r"`superset/(leadership/charts/\w+\.yml)`", PAGE)
    assert named
    (source / named.group(1)).write_text(chart, encoding="utf-8")
    board = source / "leadership" / "dashboard.yml"
    lines = board.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.strip() == "rows:") + 1
    board.write_text("".join([*lines[:first], textwrap.indent(row, " " * 6), *lines[first:]]), encoding="utf-8")
    for language, entries in re.findall(r"In `locale/(\w+)\.po`:\n\n   ```po\n(.*?) *```", PAGE, re.DOTALL):
        add(texts, language, textwrap.dedent(entries))
    write_bundle(tmp_path / "bundle", currency="EUR", source=source)
    for language, title in (("", "Which channels bring the orders?"), ("_zh", "订单来自哪些渠道？")):
        made = yaml.safe_load((tmp_path / f"bundle/charts/orders_by_channel{language}.yaml").read_text(encoding="utf-8"))
        assert made["slice_name"] == title and made["params"]["metrics"] == ["orders"]
        shown = yaml.safe_load((tmp_path / f"bundle/dashboards/leadership{language}.yaml").read_text(encoding="utf-8"))
        assert shown["position"]["CHART-orders_by_channel"]["meta"]["uuid"] == made["uuid"]


def test_the_guides_check_runs_and_finds_nothing() -> None:
    command = re.search(r"`\.venv/bin/python (-m multiball\.dashboards\.check)`", PAGE)
    assert command
    done = subprocess.run([sys.executable, *command.group(1).split()], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
