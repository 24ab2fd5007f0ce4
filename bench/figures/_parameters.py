"""Whether two fits found the same parameters."""

from __future__ import annotations

_APART = 0.01


def difference(ours: dict[str, object], other: dict[str, object]) -> str | None:
    """None where all parameters are within a hundredth of each other."""
    if set(ours) != set(other):
        return f"one found {sorted(ours)}, the other {sorted(other)}"
    apart = {name for name in ours if abs(float(str(ours[name])) / float(str(other[name])) - 1) > _APART}
    return ", ".join(f"{name} is {ours[name]} and {other[name]}" for name in sorted(apart)) or None
