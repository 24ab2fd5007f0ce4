"""Models of customers' behaviour: a build's marts in, tables of the build's schema `science` out. No clock, no chance: the same marts
give the same tables."""

from multiball.science.lifetime_value import write_lifetime_values

__all__ = ["write_lifetime_values"]
