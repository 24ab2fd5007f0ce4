"""Assesses a plan: every finding with file, line and remedy, and each goal by the five criteria of SMART."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from multiball.marts import metric_catalogue
from multiball.metrics import Metric
from multiball.plan.attainability import compare_with_published
from multiball.plan.files.goals import Goal
from multiball.plan.model import CRITERIA, Context, Criterion, Finding, LoadedFile, Plan
from multiball.plan.rules import apply_rules
from multiball.warehouse import Warehouse


@dataclass(frozen=True)
class LocatedFinding:
    """A finding with its file and line. A plan with warnings is valid; a plan with a fault is not."""

    level: Literal["fault", "warning"]
    file: str
    line: int
    what: str
    remedy: str
    criterion: Criterion | None = None
    goal: str | None = None

    def __str__(self) -> str:
        sign = "warning: " if self.level == "warning" else ""
        return " ".join(f"{self.file}:{self.line}: {sign}{self.what}. {self.remedy}".split())


@dataclass(frozen=True)
class Assessment:
    """The findings about a plan, and by goal and criterion of SMART whether the goal meets it; None where no published data shows it."""

    findings: tuple[LocatedFinding, ...]
    smart: Mapping[str, Mapping[Criterion, bool | None]]
    is_published: bool
    """Whether there were published data to compare goals with."""

    @property
    def faults(self) -> tuple[LocatedFinding, ...]:
        """The findings that make the plan invalid."""
        return tuple(finding for finding in self.findings if finding.level == "fault")


def check(
    plan: Plan,
    *,
    currency: str,
    today: date | None = None,
    warehouse: Warehouse | None = None,
    metrics: Mapping[str, Metric] | None = None,
) -> Assessment:
    """Assess a plan.

    `currency` is the reporting currency. Without `today`, past deadlines are not faults. With a warehouse that has a published build, goals
    are also compared with it. `metrics` is the catalogue, by default that of the marts' yml.
    """
    metrics = metric_catalogue() if metrics is None else metrics
    findings = list(apply_rules(plan, Context(metrics, currency, today)))
    faulty = {finding.goal for finding in findings if not finding.warning}
    is_published, compared = False, set[str]()
    if warehouse is not None and warehouse.published_at() is not None:
        is_published = True
        warnings, compared = compare_with_published([goal for goal in plan.of(Goal) if goal.id not in faulty], metrics, warehouse)
        findings += warnings
    located = sorted(
        [
            *(finding for loaded in plan.files.values() for finding in _schema_findings(loaded)),
            *(_located(plan.files[str(finding.place[0])], finding) for finding in findings),
        ],
        key=lambda finding: (finding.file, finding.line, finding.level),
    )
    return Assessment(tuple(dict.fromkeys(located)), _smart(plan, findings, compared), is_published)


def _schema_findings(loaded: LoadedFile) -> list[LocatedFinding]:
    return [LocatedFinding("fault", loaded.file.path, loaded.line(fault.place), fault.what, fault.remedy) for fault in loaded.faults]


def _located(loaded: LoadedFile, finding: Finding) -> LocatedFinding:
    level: Literal["fault", "warning"] = "warning" if finding.warning else "fault"
    line = loaded.line(finding.place)
    return LocatedFinding(level, loaded.file.path, line, finding.what, finding.remedy, finding.criterion, finding.goal)


def _smart(plan: Plan, findings: Sequence[Finding], compared: Collection[str]) -> dict[str, dict[Criterion, bool | None]]:
    missed = {(finding.goal, finding.criterion) for finding in findings}
    smart: dict[str, dict[Criterion, bool | None]] = {
        goal.id: {criterion: (goal.id, criterion) not in missed for criterion in CRITERIA} for goal in plan.of(Goal)
    }
    for goal in smart.keys() - compared:
        smart[goal]["attainable"] = None
    return smart
