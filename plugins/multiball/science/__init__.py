"""Models of customers' behaviour: from a build's marts to tables in its schema `science`. Deterministic: the same marts give the same
tables."""

from multiball.science.lifetime_value import write_lifetime_values

__all__ = ["write_lifetime_values"]
