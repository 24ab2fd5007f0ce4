"""One more day: the build of a morning against a build from nothing. Models are built whole today, so it is nearly 1."""

from bench.figure import BENCH, Figure, Side

FIGURE = Figure(
    measures="a build after one more day has landed, and a build of the same data from nothing",
    unit="s",
    ratio="The ratio is a morning's build over a full one: 1 means that a day costs as much as all days (models are built whole).",
    ours=Side("one more day", BENCH / "ours" / "build.py", arguments=("day",)),
    other=Side("everything again", BENCH / "ours" / "build.py", arguments=("fresh",)),
    prepare=BENCH / "prepare" / "next_day.py",
)
