"""The seeded brand world: Halmstein, an invented European maker of tea and tableware with a shop and a small B2B line.

`build_world(seed, start, end, scale)` makes one `World`: immutable pyarrow tables of what truly happened, person by person. Platform
stand-ins read it and show what their platform would show at the sandbox's clock; `sandbox.truth` counts it. The grain and the columns
of every table are in `sandbox.world.tables`.

- `scale` 1 is about 100 visits a day and 4,500 persons; 0.2 a fifth of it. `start` and `end` are days in UTC.
- Everything is a function of (seed, purpose, key): nothing depends on the order of drawing, and a later `end` only adds rows.
- Rows after the clock exist already in the tables: a stand-in must filter by the `_at` or `date` column it would know by then.
"""

from sandbox.world.build import build_world
from sandbox.world.tables import SCHEMAS, World

__all__ = ["SCHEMAS", "World", "build_world"]
