"""The side of lifetimes: the same two models, without penalties."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

with np.load(Path(sys.argv[1]) / "customers.npz") as file:
    given = pd.DataFrame({name: file[name] for name in file.files})
buying = BetaGeoFitter(penalizer_coef=0.0).fit(given["x"], given["last"], given["observed"])
again = given[given["x"] > 0]
value = GammaGammaFitter(penalizer_coef=0.0).fit(again["x"], again["mean"])
print(json.dumps({name: float(parameter) for model in (buying, value) for name, parameter in model.params_.items()}))
