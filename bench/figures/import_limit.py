"""An import against its lower limit: DuckDB from CSV to Parquet, and nothing else."""

from bench.figure import BENCH, Figure, Side

FIGURE = Figure(
    measures="a million lines of 8 columns from CSV to raw Parquet, whole processes",
    unit="s",
    ratio="The ratio is our time over DuckDB's: what checking each cell, comparing, hashing and an atomic commit cost. 1 cannot be beaten.",
    ours=Side("multiball import", BENCH / "ours" / "import_lines.py"),
    other=Side("DuckDB, CSV to Parquet", BENCH / "limits" / "import_lines.py"),
    prepare=BENCH / "prepare" / "lines.py",
)
