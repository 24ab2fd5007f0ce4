"""How a build grows with its data: 92 days against 46."""

from bench.figure import BENCH, Figure, Side

FIGURE = Figure(
    measures="a whole build of 92 days of the sandbox's brand, and one of its first 46",
    unit="s",
    ratio="The ratio is the time of all days over that of half of them: 1 means that only dbt itself takes time, 2 that only data do.",
    ours=Side("92 days", BENCH / "ours" / "build.py", arguments=("whole",)),
    other=Side("46 days", BENCH / "ours" / "build.py", arguments=("half",)),
    prepare=BENCH / "prepare" / "brand.py",
)
