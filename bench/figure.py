"""What a figure is, and where figures are found: every module of a folder declares one as `FIGURE`."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
FIGURES = BENCH / "figures"


class BadInput(Exception):
    """What the caller requested is wrong; the message is one line. Exit code 2."""


@dataclass(frozen=True)
class Side:
    """One of the two things that are compared: a script that is run in a fresh Python process, and measured whole.

    The script is called with two folders: what `prepare` made, and one of its own. Its last line on standard output is a JSON
    object that says what it did. `peer` names the folder of `bench/peers/` whose environment it needs.
    """

    name: str
    script: Path
    peer: str | None = None
    arguments: Sequence[str] = ()


@dataclass(frozen=True)
class Figure:
    """A comparison. `ratio` says in words what the ratio of their times means.

    `prepare` is a script too; it is called with the folder that it fills, once in a run for all figures that name it, and not timed.
    `difference` compares the reported work of both sides, and returns why they are not comparable; None: they did the same.
    """

    measures: str
    unit: str
    ratio: str
    ours: Side
    other: Side
    prepare: Path | None = None
    difference: Callable[[dict[str, object], dict[str, object]], str | None] = field(
        default=lambda ours, other: None if ours == other else f"one did {ours}, the other {other}"
    )


def figures(only: str | None = None, folder: Path = FIGURES) -> dict[str, Figure]:
    """The figures of a folder by name; `only` names one, or what several names begin with. Raises `BadInput` where it names none."""
    names = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))
    chosen = [name for name in names if only is None or name == only or name.startswith(f"{only}_")]
    if not chosen:
        raise BadInput(f"the figure {only!r} is unknown. Known: {', '.join(names)}.")
    return {name: _read(folder / f"{name}.py") for name in chosen}


def _read(file: Path) -> Figure:
    spec = importlib.util.spec_from_file_location(f"bench_figure_{file.stem}", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    figure = getattr(module, "FIGURE", None)
    if not isinstance(figure, Figure):
        raise BadInput(f"{file} declares no FIGURE. docs/how-to/add-a-benchmark.md shows one.")
    return figure
