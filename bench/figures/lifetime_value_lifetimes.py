"""Lifetime value against lifetimes: the same maximum of the same likelihoods."""

from bench.figure import BENCH, Figure, Side
from bench.figures._parameters import difference

FIGURE = Figure(
    measures="BG/NBD and Gamma-Gamma fitted to 200,000 customers, whole processes; parameters have to agree within 1 %",
    unit="s",
    ratio="The ratio is our time over the peer's: below 1 we are quicker. We also work out how certain the parameters are.",
    ours=Side("multiball", BENCH / "ours" / "lifetime_value.py"),
    other=Side("lifetimes 0.11", BENCH / "peers" / "lifetimes" / "lifetime_value.py", peer="lifetimes"),
    prepare=BENCH / "prepare" / "customers.py",
    difference=difference,
)
