"""Lifetime value against pymc-marketing: the same maximum of the same likelihoods."""

from bench.figure import BENCH, Figure, Side
from bench.figures._parameters import difference

FIGURE = Figure(
    measures="BG/NBD and Gamma-Gamma fitted to 200,000 customers, whole processes; parameters have to agree within 1 %",
    unit="s",
    ratio="The ratio is our time over the peer's: below 1 we are quicker. The functions that it compiles are kept between samples.",
    ours=Side("multiball", BENCH / "ours" / "lifetime_value.py"),
    other=Side("pymc-marketing 0.19, MAP", BENCH / "peers" / "pymc_marketing" / "lifetime_value.py", peer="pymc_marketing"),
    prepare=BENCH / "prepare" / "customers.py",
    difference=difference,
)
