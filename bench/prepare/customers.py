"""200,000 customers whose purchases follow the assumptions of BG/NBD and Gamma-Gamma, as one file of numbers (NumPy's npz).

`x`: repeat purchases, `last` and `observed`: days from the first purchase to the last one and to the end, `mean`: their mean margin.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

CUSTOMERS, DAYS = 200_000, 500
R, ALPHA, A, B = 0.9, 54.0, 0.8, 2.4
P, Q, V = 4.0, 5.0, 80.0

chance = np.random.default_rng(7)
rate, leaving = chance.gamma(R, 1 / ALPHA, CUSTOMERS), chance.beta(A, B, CUSTOMERS)
observed = np.round(chance.uniform(DAYS / 2, DAYS, CUSTOMERS))
x, last, now = np.zeros(CUSTOMERS), np.zeros(CUSTOMERS), np.zeros(CUSTOMERS)
buying = np.ones(CUSTOMERS, bool)
while buying.any():
    now += chance.exponential(1 / rate)
    buying &= now < observed
    x, last = x + buying, np.where(buying, now, last)
    buying &= chance.uniform(size=CUSTOMERS) >= leaving
mean = np.where(x > 0, chance.gamma(P * np.maximum(x, 1)) / np.maximum(x, 1) / chance.gamma(Q, 1 / V, CUSTOMERS), 0.0)
np.savez(Path(sys.argv[1]) / "customers.npz", x=x, last=np.minimum(np.round(last), observed), observed=observed, mean=mean)
print(json.dumps({"customers": CUSTOMERS, "bought_again": int((x > 0).sum())}))
