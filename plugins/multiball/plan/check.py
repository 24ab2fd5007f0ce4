"""The judgement of a plan: every finding with file, line and remedy, and each goal by the five criteria of SMART."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from multiball.marts import metric_catalogue
from multiball.metrics import Metric
from multiball.plan.files.goals import Goal
from multiball.plan.forecast import doubts
from multiball.plan.model import CRITERIA, Context, Criterion, Judgement, Plan, Written
from multiball.plan.rules import judge
from multiball.warehouse import Warehouse


@dataclass(frozen=True)
class Finding:
    """One line of the answer. A warning leaves the plan good; a fault does not."""

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
class Verdict:
    """What is wrong with a plan, and by goal and criterion of SMART whether it is kept; None where nothing published could tell."""

    findings: tuple[Finding, ...]
    smart: Mapping[str, Mapping[Criterion, bool | None]]
    is_published: bool
    """Whether there was anything published to hold goals against."""

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that the plan must not be kept with."""
        return tuple(finding for finding in self.findings if finding.level == "fault")


def check(
    plan: Plan,
    *,
    currency: str,
    today: date | None = None,
    warehouse: Warehouse | None = None,
    metrics: Mapping[str, Metric] | None = None,
) -> Verdict:
    """Judge a plan.

    `currency` is the reporting currency. Without `today`, past deadlines are not faults. With a warehouse in which something is published,
    goals are also held against it. `metrics` is the catalogue, by default that of the marts' yml.
    """
    metrics = metric_catalogue() if metrics is None else metrics
    judgements = list(judge(plan, Context(metrics, currency, today)))
    faulty = {judgement.goal for judgement in judgements if not judgement.warning}
    is_published, compared = False, set[str]()
    if warehouse is not None and warehouse.published_at() is not None:
        is_published = True
        doubted, compared = doubts([goal for goal in plan.of(Goal) if goal.id not in faulty], metrics, warehouse)
        judgements += doubted
    told = sorted(
        [
            *(finding for written in plan.files.values() for finding in _of_schema(written)),
            *(_finding(plan.files[str(judgement.place[0])], judgement) for judgement in judgements),
        ],
        key=lambda finding: (finding.file, finding.line, finding.level),
    )
    return Verdict(tuple(dict.fromkeys(told)), _smart(plan, judgements, compared), is_published)


def _of_schema(written: Written) -> list[Finding]:
    return [Finding("fault", written.file.path, written.line(fault.place), fault.what, fault.remedy) for fault in written.faults]


def _finding(written: Written, judgement: Judgement) -> Finding:
    level: Literal["fault", "warning"] = "warning" if judgement.warning else "fault"
    line = written.line(judgement.place)
    return Finding(level, written.file.path, line, judgement.what, judgement.remedy, judgement.criterion, judgement.goal)


def _smart(plan: Plan, judgements: Sequence[Judgement], compared: Collection[str]) -> dict[str, dict[Criterion, bool | None]]:
    missed = {(judgement.goal, judgement.criterion) for judgement in judgements}
    judged: dict[str, dict[Criterion, bool | None]] = {
        goal.id: {criterion: (goal.id, criterion) not in missed for criterion in CRITERIA} for goal in plan.of(Goal)
    }
    for goal in judged.keys() - compared:
        judged[goal]["attainable"] = None
    return judged
