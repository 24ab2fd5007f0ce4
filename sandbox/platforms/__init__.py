"""One module per platform, each with `make_app(world, clock, faults) -> Starlette`. They speak as the platforms document it."""
