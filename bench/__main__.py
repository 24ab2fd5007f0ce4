"""The command of `make bench`.

Exit codes: 0 done (a peer that is unavailable is named), 1 stopped, 2 wrong input or a side that failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.child import memory_floor_mb
from bench.figure import BENCH, FIGURES, BadInput, figures
from bench.pairs import Pairs
from bench.report import table

VAR = BENCH.parent / "var"


def main(given: Sequence[str] | None = None) -> int:
    """Measure, write the JSON, print the table."""
    arguments = _parser().parse_args(given)
    try:
        pairs, chosen = _number(arguments.pairs), figures(arguments.only or None, arguments.figures)
    except BadInput as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    started, load = datetime.now(UTC), os.getloadavg()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=arguments.output.parent))
    try:
        runner = Pairs(folder, pairs, _tell)
        found = [runner.measure(name, figure) for name, figure in chosen.items()]
    except KeyboardInterrupt:
        sys.stderr.write("bench: stopped\n")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report = {
        "started_at": started.isoformat(timespec="seconds"),
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "pairs": pairs,
        "load_average": {"started": load, "ended": os.getloadavg()},
        "memory_floor_mb": memory_floor_mb(),
        "machine": machine.facts(),
        "figures": found,
    }
    arguments.output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{table(found)}\nload average {load[0]:.2f} at the start; all samples: {arguments.output}\n")
    return 2 if any(figure["state"] == "failed" for figure in found) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Multiball against peers and limits, as ratios.")
    parser.add_argument("--pairs", default="5", help="how many pairs of each figure (default 5)")
    parser.add_argument("--only", help="one figure, or what several names begin with: landing")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="the folder with the figures")
    parser.add_argument("--output", type=Path, default=VAR / "bench.json", help="where the samples are written")
    return parser


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise BadInput(f"PAIRS is {text!r}. Give a whole number from 1 to 1000, as in make bench PAIRS=5.")
    return int(text)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
