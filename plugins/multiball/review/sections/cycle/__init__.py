"""The month in one cycle: plan, do, check, act, and what came of the decisions of earlier reviews."""
