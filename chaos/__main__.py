"""The command of `make chaos`. Exit codes: 0 all outcomes are equal, 1 one differs, 2 wrong input."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from chaos.faults import Figures, Undisturbed, of_kind
from chaos.places import ground
from multiball.settings import REPOSITORY
from multiball.shapes import Failure, InputError
from sandbox.mailbox import serve

ENGINES = ("duckdb", "postgres")


def main(given: Sequence[str] | None = None) -> int:
    """Disturb lives on the chosen engines, write the report and print its figures."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="both")
    parser.add_argument("--seed", type=int, default=0, help="chooses the points where there are more than --most")
    parser.add_argument("--only", default="", help="kinds of faults, separated by commas")
    parser.add_argument("--most", type=_number, default=0, help="points of each task and kind at most; 0: all")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "var" / "chaos.json")
    chosen = parser.parse_args(given)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that folders and servers are removed
    try:
        kinds = list(of_kind(chosen.only))
        found = [
            (engine, figures)
            for engine in (ENGINES if chosen.engine == "both" else [chosen.engine])
            for figures in disturbed(engine, chosen.seed, kinds, chosen.most)
        ]
    except (InputError, Failure) as error:
        sys.stderr.write(f"chaos: {error}\n")
        return 2
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    report = {"seed": chosen.seed, "most": chosen.most, "figures": [{"engine": engine, **asdict(figures)} for engine, figures in found]}
    chosen.output.write_text(json.dumps(report, indent=1) + "\n")
    _show(found)
    return 1 if any(figures.differences for _, figures in found) else 0


def _number(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of points, such as 5")
    return int(text)


def disturbed(engine: str, seed: int, kinds: Sequence, most: int) -> list[Figures]:  # type: ignore[type-arg]
    """The figures of each kind of fault on an engine."""
    folder = Path(tempfile.mkdtemp(prefix="multiball-chaos-"))
    folder.chmod(0o755)  # as root, the Postgres server is another user
    figures = []
    try:
        (folder / "mails").mkdir()
        with serve(folder / "mails") as mailbox, ground(engine, folder, mailbox.smtp_port) as place:
            calm = Undisturbed(place)
            for kind in kinds:
                begun = time.monotonic()
                figures.append(kind(place, calm, random.Random(seed), most))
                sys.stderr.write(f"{engine}: {figures[-1].kind}: {figures[-1].tried} in {time.monotonic() - begun:.0f} s\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def _show(found: Sequence[tuple[str, Figures]]) -> None:
    lines = [f"{'engine':9}{'fault':8}{'points':>10}{'tried':>7}{'missed':>8}{'equal':>7}{'named errors':>14}{'different':>11}"]
    for engine, figures in found:
        numbers = (
            f"{figures.points:>10}{figures.tried:>7}{figures.missed:>8}{figures.equal:>7}{figures.named:>14}{len(figures.differences):>11}"
        )
        lines.append(f"{engine:9}{figures.kind:8}{numbers}")
    lines += [f"{engine}: {difference}" for engine, figures in found for difference in figures.differences]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
