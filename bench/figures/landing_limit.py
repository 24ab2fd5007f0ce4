"""Landing against its lower limit: parse, type, write, and nothing else."""

from bench.figure import BENCH, Figure, Side

FIGURE = Figure(
    measures="200,000 records of 11 fields from JSON Lines to raw Parquet, whole processes",
    unit="s",
    ratio="The ratio is our time over that of a plain write: what comparing, hashing and an atomic commit cost. 1 cannot be beaten.",
    ours=Side("multiball", BENCH / "ours" / "land.py"),
    other=Side("pyarrow alone", BENCH / "limits" / "land.py"),
    prepare=BENCH / "prepare" / "records.py",
)
