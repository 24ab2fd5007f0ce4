"""The month in one cycle: plan, do, check, act, and the results of earlier decisions."""
