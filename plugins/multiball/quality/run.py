"""Runs suites through Great Expectations. Importing this module takes seconds: import it inside a task."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
import sqlalchemy
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity

from multiball.quality.buffered_duckdb import install as install_duckdb_buffering
from multiball.quality.outcome import CheckOutcome, Status
from multiball.quality.suites import Check, Suite

_SHOWN = 5
_SEVERITY = {"block": FailureSeverity.CRITICAL, "warn": FailureSeverity.WARNING}
_RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": _SHOWN, "include_unexpected_rows": False}
_SITE = "multiball"


def run_suites(
    suites: Sequence[Suite],
    *,
    sqlalchemy_url: str,
    relation: Callable[[Suite], str],
    has_rows: Callable[[Suite], bool],
    as_of: datetime,
    docs: Path,
) -> list[CheckOutcome]:
    """Evaluate the suites on the database behind `sqlalchemy_url` and write Data Docs of the run to the folder `docs`.

    `relation` gives the SQL name of a suite's table; checks of a table for which `has_rows` is false are `skipped`. The
    outcomes are in the order of the suites and their checks.
    """
    install_duckdb_buffering()
    evaluated = [suite for suite in suites if suite.layer == "marts" or has_rows(suite)]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    _use_docs_folder(context, docs)
    source = context.data_sources.add_sql("warehouse", connection_string=sqlalchemy_url)
    definitions = [_definition(context, source, suite, relation(suite), as_of) for suite in evaluated]
    found: dict[str, Any] = {}
    if definitions:
        checkpoint = gx.Checkpoint(name="all", validation_definitions=definitions, result_format=_RESULT_FORMAT)
        found = {result.suite_name: result for result in context.checkpoints.add(checkpoint).run().run_results.values()}
        context.build_data_docs(site_names=[_SITE])  # Once: the checkpoint's own action would write the site again after each suite.
    _close(source)
    now = datetime.now(UTC)
    outcomes = [
        _outcome(suite, check, position, found.get(suite.name), now) for suite in suites for position, check in enumerate(suite.checks)
    ]
    return _with_rows(outcomes, sqlalchemy_url, relation)


def _use_docs_folder(context: Any, docs: Path) -> None:
    for site in list(context.list_data_docs_sites()):
        context.delete_data_docs_site(site)
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)}
    context.add_data_docs_site(
        site_name=_SITE,
        site_config={"class_name": "SiteBuilder", "store_backend": store, "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"}},
    )


def _definition(context: Any, source: Any, suite: Suite, relation: str, as_of: datetime) -> Any:
    batch = source.add_query_asset(suite.name, query=f"select * from {relation}").add_batch_definition("all")
    configurations = [
        ExpectationConfiguration(
            type=check.type,
            kwargs=check.resolved(as_of),
            severity=_SEVERITY[check.level],
            meta={"position": position, "level": check.level, "notes": check.why, "owner": suite.owner},
        )
        for position, check in enumerate(suite.checks)
    ]
    expectations = context.suites.add(gx.ExpectationSuite(name=suite.name, expectations=[each.to_domain_obj() for each in configurations]))
    return context.validation_definitions.add(gx.ValidationDefinition(name=suite.name, data=batch, suite=expectations))


def _outcome(suite: Suite, check: Check, position: int, result: Any | None, now: datetime) -> CheckOutcome:
    if result is None:
        return CheckOutcome(suite, check, Status.SKIPPED, "the table has never had a row", None, None, now)
    evaluated = next(each for each in result.results if each.expectation_config.meta["position"] == position)
    error = _error(evaluated.exception_info)
    if error:
        return CheckOutcome(suite, check, Status.ERROR, error, None, None, now)
    details = evaluated.result
    values = details.get("partial_unexpected_list")
    return CheckOutcome(
        suite,
        check,
        Status.PASSED if evaluated.success else Status.FAILED,
        _text(details.get("observed_value")),
        details.get("unexpected_count"),
        _json(values) if values else None,
        now,
    )


def _close(source: Any) -> None:
    """Close the database: in a process, DuckDB does not allow another configuration of a file that is still open."""
    engine = source.get_execution_engine()
    engine.close()
    engine.engine.dispose()
    source.get_engine().dispose()


def _with_rows(outcomes: Sequence[CheckOutcome], sqlalchemy_url: str, relation: Callable[[Suite], str]) -> list[CheckOutcome]:
    """The outcomes, with a few of the rows that a failed `unexpected_rows_expectation` found: GX keeps only their count."""
    engine = sqlalchemy.create_engine(sqlalchemy_url)

    def completed(outcome: CheckOutcome) -> CheckOutcome:
        query = outcome.check.arguments.get("unexpected_rows_query")
        if outcome.status is not Status.FAILED or not query:
            return outcome
        batch = f"(select * from {relation(outcome.suite)}) as batch"
        with engine.connect() as connection:
            rows = connection.execute(sqlalchemy.text(f"select * from ({query.format(batch=batch)}) as unexpected limit {_SHOWN}"))
            found = [dict(row) for row in rows.mappings().all()]
        return replace(outcome, sample=_json(found), unexpected_count=int(outcome.observed or len(found)))

    try:
        return [completed(outcome) for outcome in outcomes]
    finally:
        engine.dispose()


def _json(values: Sequence[Any]) -> str:
    return json.dumps(values[:_SHOWN], default=str, ensure_ascii=False)


def _error(information: dict[str, Any]) -> str | None:
    """An engine's error, which is reported as an ordinary failure with exception_info in one of two formats."""
    entries = [information] if "raised_exception" in information else list(information.values())
    messages = [entry["exception_message"] for entry in entries if entry.get("raised_exception")]
    return " ".join(str(messages[0]).split())[:500] if messages else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:500]
