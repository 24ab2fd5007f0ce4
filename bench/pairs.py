"""A figure's samples in pairs whose order alternates (AB, BA, AB …), so that a machine that slows down slows both sides."""

from __future__ import annotations

import shutil
import statistics
import sys
from dataclasses import asdict
from pathlib import Path

from bench import peers
from bench.child import ChildFailed, Sample, run
from bench.figure import Figure, Side
from multiball.shapes import Notify


class Pairs:
    """Runs figures below one folder. What `prepare` scripts make is kept for the figures that come later in the same run."""

    def __init__(self, folder: Path, pairs: int, notify: Notify) -> None:
        self._folder, self._pairs, self._tell = folder, pairs, notify
        self._prepared: dict[Path, Path] = {}

    def measure(self, name: str, figure: Figure) -> dict[str, object]:
        """All that is known of a figure after its pairs: its state is `measured`, `unavailable` or `failed`, with the reason."""
        known: dict[str, object] = {"name": name, "measures": figure.measures, "unit": figure.unit, "ratio_means": figure.ratio}
        known |= {"sides": [figure.ours.name, figure.other.name]}
        samples: dict[str, list[Sample]] = {"ours": [], "other": []}
        try:
            pythons = {side: self._python(getattr(figure, side)) for side in samples}
            data = self._data(figure)
            for pair in range(self._pairs):
                for side in ("ours", "other") if pair % 2 == 0 else ("other", "ours"):
                    samples[side].append(self._sample(getattr(figure, side), pythons[side], data))
                    self._tell(f"{name}: pair {pair + 1} of {self._pairs}, {getattr(figure, side).name}: {samples[side][-1].seconds:.2f} s")
                if why := figure.difference(samples["ours"][-1].did, samples["other"][-1].did):
                    raise ChildFailed(f"the sides did not do the same: {why}")
        except peers.Unavailable as reason:
            return {**known, "state": "unavailable", "reason": str(reason)}
        except ChildFailed as reason:
            return {**known, "state": "failed", "reason": str(reason), "samples": _plain(samples)}
        return {**known, "state": "measured", **summary(samples["ours"], samples["other"]), "samples": _plain(samples)}

    def _python(self, side: Side) -> Path:
        return peers.python(side.peer, self._tell) if side.peer else Path(sys.executable)

    def _data(self, figure: Figure) -> Path:
        script = figure.prepare
        if script is None:
            return self._folder
        if script not in self._prepared:
            folder = self._folder / f"data_{script.stem}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self._tell(f"preparing {script.stem}")
            run([sys.executable, "-P", script, folder])
            self._prepared[script] = folder
        return self._prepared[script]

    def _sample(self, side: Side, python: Path, data: Path) -> Sample:
        """The scratch folder has the same path each time: what a tool keeps under a path is there again, or gone, alike."""
        scratch = self._folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        try:
            return run([python, "-P", side.script, data, scratch, *side.arguments])
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def summary(ours: list[Sample], other: list[Sample]) -> dict[str, object]:
    """Medians of both sides, and the median, least and greatest of the pairs' ratios."""
    ratios = [one.seconds / two.seconds for one, two in zip(ours, other, strict=True)]
    medians = {
        side: {
            unit: round(statistics.median(getattr(sample, unit) for sample in samples), 4)
            for unit in ("seconds", "cpu_seconds", "memory_mb")
        }
        for side, samples in (("ours", ours), ("other", other))
    }
    return {
        "ratio": round(statistics.median(ratios), 4),
        "ratio_least": round(min(ratios), 4),
        "ratio_greatest": round(max(ratios), 4),
        "cpu_ratio": round(medians["ours"]["cpu_seconds"] / medians["other"]["cpu_seconds"], 4),
        "memory_ratio": round(medians["ours"]["memory_mb"] / medians["other"]["memory_mb"], 4),
        "medians": medians,
    }


def _plain(samples: dict[str, list[Sample]]) -> dict[str, list[dict[str, object]]]:
    return {side: [asdict(sample) for sample in found] for side, found in samples.items()}
