"""A whole build against the SQL that it runs."""

from bench.figure import BENCH, Figure, Side

FIGURE = Figure(
    measures="a whole build of 92 days of the sandbox's brand: dbt with its data tests, lifetime values, and what reads those",
    unit="s",
    ratio="The ratio is our time over that of the same statements in DuckDB alone: what dbt, science and process starts cost.",
    ours=Side("multiball", BENCH / "ours" / "build.py", arguments=("whole",)),
    other=Side("the same SQL in DuckDB", BENCH / "limits" / "build_sql.py", arguments=("whole",)),
    prepare=BENCH / "prepare" / "brand.py",
)
