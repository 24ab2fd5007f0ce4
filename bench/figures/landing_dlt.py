"""Landing against dlt: the way most Python teams bring an API's records into Parquet."""

from bench.figure import BENCH, Figure, Side

FIGURE = Figure(
    measures="200,000 records of 11 fields from JSON Lines to raw Parquet, whole processes",
    unit="s",
    ratio="The ratio is our time over dlt's: below 1 we are quicker. We also compare with what was there and hash each row; dlt appends.",
    ours=Side("multiball", BENCH / "ours" / "land.py"),
    other=Side("dlt, filesystem, Parquet", BENCH / "peers" / "dlt" / "land.py", peer="dlt"),
    prepare=BENCH / "prepare" / "records.py",
)
