"""The side of pymc-marketing: the same two models by maximum a posteriori with flat priors, which is maximum likelihood."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# compiled models are kept with the environment, as for a user who fits every day
os.environ["PYTENSOR_FLAGS"] = f"base_compiledir={Path(sys.prefix) / 'compiled'}"

import numpy as np
import pandas as pd
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel


def flat(names: str) -> dict[str, Prior]:
    """A flat prior over positive values for each parameter: the library's own priors give other parameters."""
    return {name: Prior("HalfFlat") for name in names.split()}


with np.load(Path(sys.argv[1]) / "customers.npz") as file:
    given = pd.DataFrame({"frequency": file["x"], "recency": file["last"], "T": file["observed"], "monetary_value": file["mean"]})
given.insert(0, "customer_id", np.arange(len(given)))
again = given[given["frequency"] > 0]
models = {
    "r alpha a b": BetaGeoModel(given[["customer_id", "frequency", "recency", "T"]], model_config=flat("r alpha a b")),
    "p q v": GammaGammaModel(again[["customer_id", "frequency", "monetary_value"]], model_config=flat("p q v")),
}
found: dict[str, float] = {}
for names, model in models.items():
    model.fit(method="map", progressbar=False)
    found |= {name: float(model.fit_result[name].values.item()) for name in names.split()}
print(json.dumps(found))
