"""One module per platform, each with `make_app(world, clock, faults) -> Starlette` and `REFUSALS`: declared with `sandbox.kit`, or by hand.

They respond as the platforms document it.
"""
