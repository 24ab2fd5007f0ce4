"""Disturbs Multiball at every point where it could matter, and compares the result with an undisturbed run: `make chaos`."""
