"""docs/how-to/add-a-benchmark.md, carried out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from multiball.settings import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "add-a-benchmark.md").read_text(encoding="utf-8")


def test_the_figure_of_the_page_is_measured_when_its_files_are_added(tmp_path: Path) -> None:
    figure, numpy, plain = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "figures" / "scripts").mkdir(parents=True)
    (tmp_path / "figures" / "sorting.py").write_text(figure)
    for name, script in zip(re.findall(r"`(sort_\w+\.py)`:", PAGE), (numpy, plain), strict=True):
        (tmp_path / "figures" / "scripts" / name).write_text(script)
    command = [sys.executable, "-m", "bench", "--figures", str(tmp_path / "figures"), "--output", str(tmp_path / "bench.json")]
    done = subprocess.run([*command, "--pairs", "1"], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [found] = json.loads((tmp_path / "bench.json").read_text())["figures"]
    assert found["name"] == "sorting" and found["samples"]["ours"][0]["did"] == {"numbers": 1_000_000, "ascending": True}
    assert "sorting" in done.stdout
