"""The checker: every name resolves and nothing is wrongly added up; each fault is made in a copy and reported with its place and remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from catalogues import add, copied

from multiball.dashboards.bundle import write_bundle
from multiball.dashboards.check import faults
from multiball.dashboards.source import FOLDER, read_assets
from multiball.dbt_files import PROJECT
from multiball.marts import marts
from multiball.shapes import InputError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of superset/ to break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "superset"))


def replaced(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def refused(source: Path, tmp_path: Path, project: Path = PROJECT) -> str:
    """What is said of a source that is wrong; it must be one line, and nothing may be written."""
    with pytest.raises(InputError) as error:
        write_bundle(tmp_path / "bundle", currency="EUR", source=source, project=project)
    assert not (tmp_path / "bundle").exists()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_the_committed_dashboards_have_no_fault() -> None:
    assert list(faults(read_assets(), marts())) == []


def test_a_renamed_mart_column_is_reported_with_the_chart_and_the_nearest_name(source: Path, tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    replaced(project / "models/marts/content/content_performance.yml", "- name: content_type", "- name: content_types")
    said = refused(source, tmp_path, project)
    assert re.search(
        r"charts/top_content\.yml, line \d+: content_performance has no column 'content_type'\. Did you mean 'content_types'", said
    )


def test_every_fault_is_found_not_only_the_first(source: Path) -> None:
    replaced(source / "leadership/charts/leads.yml", "[leads, qualified_leads]", "[leeds, qualified_leads]")
    replaced(source / "leadership/charts/funnel.yml", "metric: funnel_volume", "metric: funnel_volumes")
    found = [str(fault) for fault in faults(read_assets(source), marts())]
    assert len(found) == 2 and "'leeds'" in "".join(found) and "'funnel_volumes'" in "".join(found)


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("leadership/charts/reach_of_weeks.yml", "period: week", "period: weak", r"period is never 'weak'\. Did you mean 'week'"),
        ("datasets.yml", "clv_quality:", "clv_qualty:", r"there is no mart 'clv_qualty'\. Did you mean 'clv_quality'"),
        (
            "datasets.yml",
            "time: date_start",
            "time: date_stat",
            r"reach_period has no day or time 'date_stat'\. Did you mean 'date_start'",
        ),
        ("datasets.yml", "dim_content: [title", "dim_content: [titel", r"dim_content has no column 'titel'\. Did you mean 'title'"),
        ("datasets.yml", "dim_account: [account_name]", "dim_customer: [orders]", r"have no column 'customer_key' in common"),
        ("datasets.yml", "days_old: as_of", "days_old: as_off", r"warehouse_status has no column 'as_off'\. Did you mean 'as_of'"),
        ("datasets.yml", "is_stale: next_due_at", "is_stale: next_due", r"warehouse_status has no column 'next_due'\. Did you mean"),
        ("datasets.yml", "channel: acquisition_channel", "customers: as_of_date", r"clv_by_channel has a column 'customers' of its own"),
        (
            "leadership/charts/leads.yml",
            "dataset: conversion_daily",
            "dataset: conversions",
            r"there is no dataset 'conversions'\. Did you mean",
        ),
        ("leadership/charts/leads.yml", "is_lead_month_whole: true", "is_month_done: true", r"has no column 'is_month_done'"),
        (
            "leadership/charts/leads.yml",
            "time_grain_sqla",
            "time_grain",
            r"the key 'time_grain' is unknown in params\. Did you mean 'time_grain_sqla'",
        ),
        ("leadership/charts/leads.yml", "dataset:", "title: Leads\ndataset:", r"the key 'title' is unknown in the chart"),
        ("leadership/charts/leads.yml", "[leads, qualified_leads]", "[{sqlExpression: SUM(reach)}]", r"metrics is .*\. Give a text"),
        ("leadership/charts/goals.yml", "{column: due_on,", "{column: due,", r"goal_progress has no column 'due'"),
        ("presentation.yml", "campaign_name, title]", "campaign_name, titel]", r"no dataset has a column 'titel'\. Did you mean 'title'"),
        ("presentation.yml", 'leads: "#9CC3E6"', 'leeds: "#9CC3E6"', r"there is no metric 'leeds'\. Did you mean 'leads'"),
        ("presentation.yml", "Email:", "Emial:", r"channel has no value 'Emial'\. Did you mean 'Email'"),
        (
            "datasets.yml",
            "[objective, text]",
            "[objective, texts]",
            r"goal_progress has no column 'texts'\. Did you mean 'text'",
        ),
        ("leadership/dashboard.yml", "- id: platform", "- id: channel", r"the id 'channel' appears twice"),
        ("leadership/dashboard.yml", "{goals: 12}", "{gaols: 12}", r"there is no chart 'gaols'\. Did you mean 'goals'"),
        ("leadership/dashboard.yml", "{goals: 12}", "{goals: 12, funnel: 2}", r"the row is 14 wide\. A row is 12 wide at most"),
        ("leadership/dashboard.yml", "{goals: 12}", "{funnel: 12}", r"the chart 'funnel' appears twice|the chart is on no dashboard"),
        (
            "leadership/dashboard.yml",
            "column: channel",
            "column: chanel",
            r"conversion_daily has no column 'chanel'\. Did you mean 'channel'",
        ),
        ("leadership/dashboard.yml", "dataset: dim_account", "dataset: dim_acount", r"there is no dataset 'dim_acount'"),
    ],
)
def test_a_name_that_does_not_resolve_is_reported_with_its_line(
    source: Path, tmp_path: Path, file: str, before: str, after: str, said: str
) -> None:
    replaced(source / file, before, after)
    reported = refused(source, tmp_path)
    assert re.match(rf"{re.escape(str(source / file))}, line \d+: ", reported)
    assert re.search(said, reported)


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("leadership/charts/revenue_by_channel.yml", "metrics: [revenue]", "metrics: [roas]", "roas does not add up (ratio)"),
        ("leadership/charts/reach_of_weeks.yml", "  metrics", "  stack: Stack\n  metrics", "reach does not add up (distinct)"),
        (
            "leadership/charts/reach_of_weeks.yml",
            "groupby: [platform, account_name]",
            "groupby: [platform]",
            "reach counts distinct people",
        ),
        ("leadership/charts/reach_of_weeks.yml", "  metrics", "  time_grain_sqla: P1M\n  metrics", "reach counts distinct people"),
        ("leadership/charts/followers.yml", "P1D", "P1M", "followers is a level of a day"),
        ("leadership/charts/funnel_stages.yml", "groupby: [stage]", "groupby: [channel]", "funnel_volume is shown for one stage at a time"),
        ("leadership/charts/roas_of_the_month.yml", "LAST_VALUE", "sum", "aggregation is 'sum'"),
    ],
)
def test_a_chart_that_would_add_up_what_does_not_is_refused(
    source: Path, tmp_path: Path, file: str, before: str, after: str, said: str
) -> None:
    replaced(source / file, before, after)
    assert said in refused(source, tmp_path)


def test_a_dashboard_that_does_not_say_how_old_its_numbers_are_is_refused(source: Path, tmp_path: Path) -> None:
    replaced(source / "leadership/dashboard.yml", "      - {height: 20, charts: {status_of_the_numbers: 12}}\n", "")
    assert "the dashboard does not show how old its numbers are. Add a chart of warehouse_status" in refused(source, tmp_path)


def test_a_chart_that_no_dashboard_shows_is_refused(source: Path, tmp_path: Path) -> None:
    shutil.copy(source / "leadership/charts/leads.yml", source / "leadership/charts/forgotten.yml")
    found = [str(fault) for fault in faults(read_assets(source), marts())]
    assert any("forgotten.yml, line 1: the chart is on no dashboard" in fault for fault in found)


def test_a_chart_without_a_title_is_refused(source: Path, tmp_path: Path) -> None:
    shutil.move(source / "leadership/charts/leads.yml", source / "leadership/charts/new_leads.yml")
    replaced(source / "leadership/dashboard.yml", "{leads: 6,", "{new_leads: 6,")
    said = refused(source, tmp_path)
    assert "leadership/charts/new_leads.yml, line 1: locale/ has no text chart new_leads.title. Add it to each file: msgctxt" in said


def test_two_charts_of_one_name_are_refused(source: Path) -> None:
    (source / "social" / "charts").mkdir(parents=True)
    shutil.copy(source / "leadership/charts/leads.yml", source / "social/charts/leads.yml")
    with pytest.raises(InputError, match=r"social/charts/leads\.yml: the chart 'leads' already exists\. Rename it, or show \S+leadership/"):
        read_assets(source)


def test_a_tab_without_a_title_is_refused(source: Path, tmp_path: Path) -> None:
    replaced(source / "leadership/dashboard.yml", "id: goals_and_money", "id: money")
    assert re.search(r"dashboard\.yml, line \d+: locale/ has no text dashboard leadership\.tabs\.money\.", refused(source, tmp_path))


def test_a_column_that_people_see_needs_a_label(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied(tmp_path, monkeypatch)
    for language in ("en", "zh"):
        replaced(folder / f"{language}.po", 'msgctxt "column"\nmsgid "content_type"', 'msgctxt "column"\nmsgid "type_of_content"')
    assert re.search(r"top_content\.yml, line \d+: locale/ has no text column content_type\. Add it", refused(source, tmp_path))


def test_a_text_of_a_chart_that_is_not_there_is_refused(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied(tmp_path, monkeypatch)
    for language in ("en", "zh"):
        add(folder, language, 'msgctxt "chart"\nmsgid "gone.title"\nmsgstr "Gone"')
    assert re.search(r"en\.po:\d+: superset/ has nothing for chart gone\.title\. Remove the text", refused(source, tmp_path))
