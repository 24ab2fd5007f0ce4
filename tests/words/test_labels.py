"""All metrics, units and columns have a text in every language, and the catalogues have no unused ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from multiball.canonical import contracts
from multiball.marts import marts
from multiball.metrics import Metric
from multiball.settings import REPOSITORY
from multiball.words import languages
from multiball.words.catalogue import Catalogue, catalogue

METRICS: list[Metric] = [metric for mart in marts().values() for metric in mart.metrics.values()]
LANGUAGES = languages()


def test_english_and_chinese_ship() -> None:
    assert set(LANGUAGES) >= {"en", "zh"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_and_its_unit_has_a_text(language: str) -> None:
    known = catalogue(language)
    assert [metric.name for metric in METRICS if not known.knows("metric", metric.name)] == []
    assert {metric.unit for metric in METRICS if not known.knows("unit", metric.unit)} == set()


def test_the_english_name_of_a_metric_is_the_one_in_its_mart() -> None:
    assert {metric.name: metric.named("en") for metric in METRICS} == {metric.name: metric.label for metric in METRICS}


def test_a_metric_without_a_text_has_its_english_name_in_every_language() -> None:
    new = Metric(name="new", label="Brand new", additivity="sum", format="integer", unit="clicks")
    assert {new.named(language) for language in LANGUAGES} == {"Brand new"}


def test_every_text_is_for_an_existing_metric_unit_or_column() -> None:
    english = catalogue("en")
    columns = {f"{mart.name}.{column}" for mart in marts().values() for column in mart.columns}
    columns |= {f"{entity}.{column}" for entity, contract in contracts().items() for column in contract.columns}
    names = {column.partition(".")[2] for column in columns}
    made_for_dashboards = {"days_old", "is_stale", "text"}
    assert english.words("column", currency="").keys() <= columns | names | made_for_dashboards
    assert english.words("metric").keys() <= {metric.name for metric in METRICS}
    assert english.words("unit", currency="").keys() <= {metric.unit for metric in METRICS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_marts_and_canonical_entities_has_a_label(language: str) -> None:
    known = catalogue(language)
    unlabelled = {column for mart in marts().values() for column in mart.columns if not known.knows("column", column)}
    unlabelled |= {column for contract in contracts().values() for column in contract.columns if not known.knows("column", column)}
    assert unlabelled == set(), "add them to locale/: docs/how-to/add-a-language.md"


def test_marts_and_contracts_have_labels_by_language_and_currency() -> None:
    goals, orders = marts()["goal_progress"], contracts()["order"].columns["ordered_at"]
    assert (goals.label("expected", "en", "EUR"), goals.label("expected", "zh", "EUR")) == ("Planned by now", "此时应完成")
    assert (orders.label("en"), orders.label("zh")) == ("Ordered (UTC)", "下单时间（UTC）")
    assert marts()["clv_by_channel"].label("expected_margin", "en", "CHF") == "Expected margin, next 12 months (CHF)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_values_of_a_column_have_different_texts(language: str) -> None:
    for column in ("status", "reason", "decision", "verdict", "stage", "period", "channel", "platform", "metric"):
        texts = list(catalogue(language).words(column).values())
        assert sorted(texts) == sorted(set(texts)), column


def keys_of_the_review() -> Iterator[re.Pattern[str]]:
    """Patterns of the keys that the code uses: every string in it, with a wildcard for each value."""
    folder = REPOSITORY / "plugins" / "multiball"
    for file in [*folder.glob("review/**/*.py"), *folder.glob("*/review*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]*" for part in node.values]
                yield re.compile("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.compile(re.escape(node.value))


def test_every_text_of_the_review_is_used() -> None:
    english: Catalogue = catalogue("en")
    patterns = [pattern for pattern in keys_of_the_review() if pattern.pattern.strip(r"[\w.]*")]
    unused = [key for context, key in english.texts if context == "review" and not any(each.fullmatch(key) for each in patterns)]
    assert unused == []


def literals(file: Path) -> Iterator[str]:
    """The strings in a file of code, without its documentation."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def test_chinese_texts_are_in_the_catalogues_only() -> None:
    package = REPOSITORY / "plugins" / "multiball"
    code = [
        file for folder in ("review", "dashboards", "orchestration", "flows", "plan", "cli") for file in (package / folder).rglob("*.py")
    ]
    data = [*(REPOSITORY / "superset").rglob("*.yml"), *(REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.yml")]
    found = {file.name for file in code if any(re.search(r"[\u4e00-\u9fff]", text) for text in literals(file))}
    found |= {file.name for file in data if re.search(r"[\u4e00-\u9fff]", file.read_text(encoding="utf-8"))}
    assert found == {"config.py"}, "Superset's own list of languages names each in its own letters; nothing else may"
