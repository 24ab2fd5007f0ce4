"""Whether the frame of `make bench` measures what it says. What is measured here sleeps, allocates or fails; nothing asserts a speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.child import ChildFailed, Sample, run
from bench.pairs import summary
from multiball.settings import REPOSITORY

DONE = "import json; print(json.dumps({'done': True}))\n"
FIGURE = """
from pathlib import Path
from bench.figure import Figure, Side
HERE = Path(__file__).parent / "scripts"
FIGURE = Figure("what is measured", "s", "The ratio.", Side("a", HERE / {ours!r}, {more}), Side("b", HERE / {other!r}))
"""


class Bench:
    """A folder of figures made of scripts, and runs of the command over it."""

    def __init__(self, folder: Path) -> None:
        self.figures, self.output = folder / "figures", folder / "out" / "bench.json"
        (self.figures / "scripts").mkdir(parents=True)

    def add(self, name: str, ours: str, other: str = DONE, more: str = "") -> None:
        (self.figures / "scripts" / f"{name}_ours.py").write_text(ours)
        (self.figures / "scripts" / f"{name}_other.py").write_text(other)
        (self.figures / f"{name}.py").write_text(FIGURE.format(ours=f"{name}_ours.py", other=f"{name}_other.py", more=more))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bench", "--figures", str(self.figures), "--output", str(self.output), *arguments]
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)

    def found(self, name: str) -> dict[str, Any]:
        [figure] = [each for each in json.loads(self.output.read_text())["figures"] if each["name"] == name]
        return dict(figure)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_ratio_says_which_side_took_longer_and_all_samples_are_kept(bench: Bench) -> None:
    bench.add("sleep", f"import time; time.sleep(1.5)\n{DONE}")
    done = bench.run("--pairs", "3")
    assert done.returncode == 0, done.stderr
    found = bench.found("sleep")
    assert found["state"] == "measured" and found["ratio_least"] <= found["ratio"] <= found["ratio_greatest"] and found["ratio"] > 1
    for side in ("ours", "other"):
        assert len(found["samples"][side]) == 3
        assert all(set(sample) == set(Sample.__dataclass_fields__) for sample in found["samples"][side])
    asleep = found["samples"]["ours"][0]
    assert asleep["seconds"] >= 1.5 and asleep["cpu_seconds"] < asleep["seconds"]
    assert asleep["did"] == {"done": True}
    line = next(line for line in done.stdout.splitlines() if line.startswith("sleep "))
    assert f"{found['ratio']:.2f}" in line
    assert "what is measured. The ratio." in done.stdout
    report = json.loads(bench.output.read_text())
    assert {"started_at", "ended_at", "pairs", "load_average", "memory_floor_mb", "machine", "figures"} == set(report)
    assert report["machine"]["cores"] >= 1 and report["machine"]["packages"]["duckdb"] and len(report["load_average"]["started"]) == 3
    assert [path.name for path in bench.output.parent.iterdir()] == ["bench.json"]


def test_memory_is_the_peak_of_the_largest_process_of_a_side_be_it_a_child_of_its_own(bench: Bench) -> None:
    allocate = "block = bytearray(300 * 1024**2)\n"
    bench.add("own", f"{allocate}del block\n{DONE}")
    bench.add("child", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {allocate!r}], check=True)\n{DONE}")
    assert bench.run("--pairs", "1").returncode == 0
    for name in ("own", "child"):
        medians = bench.found(name)["medians"]
        assert 300 <= medians["ours"]["memory_mb"] < 600 and medians["other"]["memory_mb"] < 150
        assert bench.found(name)["memory_ratio"] > 2


def test_the_order_of_pairs_alternates(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "order"
    note = f"open({str(log)!r}, 'a').write"
    bench.add("order", f"{note}('a')\n{DONE}", f"{note}('b')\n{DONE}")
    assert bench.run("--pairs", "4").returncode == 0
    assert log.read_text() == "abbaabba"


def test_a_failing_side_is_reported_with_its_errors_and_the_other_figures_are_measured(bench: Bench) -> None:
    bench.add("broken", "raise SystemExit('the disk is on fire')")
    bench.add("well", DONE)
    done = bench.run("--pairs", "1")
    assert done.returncode == 2
    assert bench.found("broken")["state"] == "failed" and "the disk is on fire" in bench.found("broken")["reason"]
    assert "broken: failed" in done.stdout and "the disk is on fire" in done.stdout
    assert bench.found("well")["state"] == "measured"


def test_sides_that_did_something_else_are_not_compared(bench: Bench) -> None:
    bench.add("unequal", "print('{\"rows\": 1}')", "print('{\"rows\": 2}')")
    bench.add("silent", "print('all well')")
    assert bench.run("--pairs", "1").returncode == 2
    assert "did not do the same" in bench.found("unequal")["reason"] and "ratio" not in bench.found("unequal")
    assert "not a JSON object" in bench.found("silent")["reason"]


def test_a_peer_that_is_not_there_is_named_with_the_reason(bench: Bench) -> None:
    bench.add("alone", DONE, more='peer="nobody"')
    done = bench.run("--pairs", "1")
    assert done.returncode == 0
    assert bench.found("alone")["state"] == "unavailable"
    assert "alone: unavailable: bench/peers/nobody has no requirements.txt" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--pairs", "0"), "PAIRS is '0'. Give a whole number from 1 to 1000"),
        (("--pairs", "many"), "PAIRS is 'many'"),
        (("--only", "unknown"), "the figure 'unknown' is unknown. Known: landing_one, landing_two, other"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(bench: Bench, arguments: tuple[str, ...], expected: str) -> None:
    for name in ("landing_one", "landing_two", "other"):
        bench.add(name, DONE)
    done = bench.run(*arguments)
    assert done.returncode == 2 and expected in done.stderr and done.stderr.count("\n") == 1
    assert not bench.output.exists()


def test_a_word_chooses_the_figures_that_begin_with_it(bench: Bench) -> None:
    for name in ("landing_one", "landing_two", "other"):
        bench.add(name, DONE)
    assert bench.run("--pairs", "1", "--only", "landing").returncode == 0
    assert [figure["name"] for figure in json.loads(bench.output.read_text())["figures"]] == ["landing_one", "landing_two"]


def test_a_file_without_a_figure_is_wrong_input(bench: Bench) -> None:
    (bench.figures / "empty.py").write_text("")
    done = bench.run()
    assert done.returncode == 2 and "empty.py declares no FIGURE" in done.stderr


def test_what_a_side_leaves_running_ends_with_it(tmp_path: Path) -> None:
    left = tmp_path / "left.py"
    left.write_text(
        "import json, subprocess, sys\n"
        "sleeper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(json.dumps({'pid': sleeper.pid}))\n"
    )
    pid = run([sys.executable, left]).did["pid"]
    gone = psutil.Process(int(str(pid))) if psutil.pid_exists(int(str(pid))) else None
    assert gone is None or psutil.wait_procs([gone], timeout=20)[0]


def test_a_side_that_never_ends_is_stopped(tmp_path: Path) -> None:
    forever = tmp_path / "forever.py"
    forever.write_text("import time\nwhile True: time.sleep(1)")
    with pytest.raises(ChildFailed, match="stopped after 1 seconds"):
        run([sys.executable, forever], limit=1)


def test_the_summary_is_that_of_pairs_and_not_of_sums() -> None:
    ours = [Sample(seconds, seconds, 100.0, 0.0, {}) for seconds in (2.0, 9.0, 4.0)]
    other = [Sample(seconds, seconds, 50.0, 0.0, {}) for seconds in (1.0, 3.0, 4.0)]
    found = summary(ours, other)
    assert (found["ratio"], found["ratio_least"], found["ratio_greatest"], found["memory_ratio"]) == (2.0, 1.0, 3.0, 2.0)
    assert found["cpu_ratio"] == 1.3333
    assert found["medians"] == {
        "ours": {"seconds": 4.0, "cpu_seconds": 4.0, "memory_mb": 100.0},
        "other": {"seconds": 3.0, "cpu_seconds": 3.0, "memory_mb": 50.0},
    }
