"""What is handed to Superset: the same every time, without SQL of its own, inert, and filtered only by what the datasets have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from multiball.dashboards.bundle import write_bundle
from multiball.dashboards.layout import charts_of
from multiball.dashboards.source import FOLDER, read_assets
from multiball.marts import marts

Files = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(folder, currency="CHF")
    return {file.relative_to(folder).as_posix(): yaml.safe_load(file.read_text(encoding="utf-8")) for file in folder.rglob("*.yaml")}


def of_kind(bundle: Files, kind: str) -> Files:
    return {Path(path).stem: content for path, content in bundle.items() if path.startswith(f"{kind}/")}


def test_the_same_source_gives_the_same_bytes_and_leaves_nothing_old(tmp_path: Path) -> None:
    write_bundle(tmp_path / "once", currency="EUR")
    write_bundle(tmp_path / "twice", currency="EUR")
    (tmp_path / "twice" / "charts" / "gone.yaml").write_text("old")
    write_bundle(tmp_path / "twice", currency="EUR")
    once, twice = (
        {file.relative_to(folder): file.read_bytes() for file in sorted(folder.rglob("*.yaml"))}
        for folder in (tmp_path / "once", tmp_path / "twice")
    )
    assert once == twice


def test_every_metric_of_a_used_mart_is_in_its_dataset_with_its_label_in_every_language(bundle: Files) -> None:
    datasets = of_kind(bundle, "datasets")
    for name in read_assets().datasets.data:
        for language, suffix in (("en", ""), ("zh", "_zh")):
            reported = {metric["metric_name"]: metric["verbose_name"] for metric in datasets[f"{name}{suffix}"]["metrics"]}
            assert reported == {metric.name: metric.named(language) for metric in marts()[name].all_metrics.values()}


def test_levels_and_people_have_no_sum_and_money_bears_the_currency(bundle: Files) -> None:
    metrics = {metric["metric_name"]: metric for dataset in of_kind(bundle, "datasets").values() for metric in dataset["metrics"]}
    assert metrics["reach"]["expression"] == "CASE WHEN COUNT(*) = 1 THEN MAX(reach) END"
    assert metrics["followers"]["expression"] == "CASE WHEN COUNT(DISTINCT date_day) = 1 THEN SUM(followers) END"
    assert metrics["cpm"]["expression"] == "1000.0 * SUM(spend_reporting) / NULLIF(SUM(impressions), 0)"
    columns = {column["column_name"]: column for column in of_kind(bundle, "datasets")["clv_by_channel"]["columns"]}
    assert columns["expected_margin"]["verbose_name"] == "Expected margin, next 12 months (CHF)"
    assert metrics["revenue"]["currency"] == {"symbol": "CHF", "symbolPosition": "suffix"} and metrics["orders"]["currency"] is None


def test_charts_name_metrics_and_hold_no_sql(bundle: Files) -> None:
    datasets = of_kind(bundle, "datasets")
    by_uuid = {dataset["uuid"]: dataset for dataset in datasets.values()}
    for name, chart in of_kind(bundle, "charts").items():
        text = json.dumps(chart)
        assert "sqlExpression" not in text and '"SQL"' not in text, name
        assert chart["query_context"] is None
        offered = {metric["metric_name"] for metric in by_uuid[chart["dataset_uuid"]]["metrics"]}
        used = {chart["params"].get("metric"), *chart["params"].get("metrics", [])} - {None}
        assert used <= offered, name


def test_the_time_range_reaches_every_chart_whose_dataset_has_a_time(bundle: Files) -> None:
    by_uuid = {dataset["uuid"]: dataset for dataset in of_kind(bundle, "datasets").values()}
    reached = 0
    for name, chart in of_kind(bundle, "charts").items():
        times = [one["subject"] for one in chart["params"]["adhoc_filters"] if one["operator"] == "TEMPORAL_RANGE"]
        time = by_uuid[chart["dataset_uuid"]]["main_dttm_col"]
        assert times == ([time] if time else []), name
        reached += len(times)
    assert reached > 20


def test_no_table_renders_markup(bundle: Files) -> None:
    tables = [chart for chart in of_kind(bundle, "charts").values() if chart["viz_type"] == "table"]
    assert len(tables) > 10 and all(chart["params"]["allow_render_html"] is False for chart in tables)


def test_a_filter_leaves_charts_alone_whose_dataset_lacks_the_column(bundle: Files) -> None:
    board = of_kind(bundle, "dashboards")["leadership"]
    numbers = {
        node["meta"]["chartId"]: node["id"].removeprefix("CHART-") for node in board["position"].values() if node_type(node) == "CHART"
    }
    assert sorted(numbers.values()) == sorted(charts_of(read_assets().dashboards["leadership"].data))
    excluded = {
        one["name"]: {numbers[number] for number in one["scope"]["excluded"]} for one in board["metadata"]["native_filter_configuration"]
    }
    assert "revenue_by_channel" not in excluded["Channel"] and "reach_of_weeks" in excluded["Channel"]
    assert "lifetime_value" not in excluded["Channel"] and "lifetime_value_and_cost" not in excluded["Channel"]
    assert "reach_of_weeks" not in excluded["Platform"] and "revenue_by_channel" in excluded["Platform"]
    assert "goals" in excluded["Time range"] and "reach_of_weeks" not in excluded["Time range"]


def node_type(node: Any) -> str | None:
    return node.get("type") if isinstance(node, dict) else None


def test_both_languages_show_the_same_charts_and_share_no_identity(bundle: Files) -> None:
    charts, boards = of_kind(bundle, "charts"), of_kind(bundle, "dashboards")
    names = [name for name in charts if not name.endswith("_zh")]
    assert len(charts) == 2 * len(names)
    assert {boards[name]["slug"] for name in ("leadership", "leadership_zh")} == {"leadership", "leadership-zh"}
    uuids = [content["uuid"] for path, content in bundle.items() if path != "metadata.yaml"]
    assert len(uuids) == len(set(uuids))


def test_the_source_of_a_chart_stays_short() -> None:
    lengths = {file.stem: len(file.read_text(encoding="utf-8").splitlines()) for file in FOLDER.glob("*/charts/*.yml")}
    assert max(lengths.values()) <= 25, lengths
