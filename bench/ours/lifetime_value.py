"""Our side of lifetime value: the most likely parameters of BG/NBD and Gamma-Gamma, with their uncertainty."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from multiball.science import bg_nbd, gamma_gamma

given = np.load(Path(sys.argv[1]) / "customers.npz")
buying = bg_nbd.fit(given["x"], given["last"], given["observed"])
again = given["x"] > 0
value = gamma_gamma.fit(given["x"][again], (given["x"] * given["mean"])[again])
found = dict(zip(("r", "alpha", "a", "b", "p", "q", "v"), [*buying.parameters, *value.parameters], strict=True))
print(json.dumps({name: float(parameter) for name, parameter in found.items()}))
