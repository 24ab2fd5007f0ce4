"""The charts as pictures: with text on a machine without fonts, opaque, and reproducible."""

import io
import re
from typing import Any

import pytest
from PIL import Image, ImageChops
from review_samples import HOSTILE, LINKS, REVIEW, audience, changed

from multiball.review import charts, fonts
from multiball.review.chart_models import IntervalRow
from multiball.review.sections.returns.facts import Returns
from multiball.review.wording import build_report

SIZE = charts.Size(width=552, font_size=15)


def drawn(language: str, index: int) -> Any:
    return build_report(REVIEW, audience(language, focus_goals=("revenue_half",)), LINKS).charts[index]


def picture(chart: Any) -> Image.Image:
    return Image.open(io.BytesIO(charts.png(chart, SIZE)))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("index", [0, 1])
def test_a_picture_is_opaque_twice_as_wide_as_shown_and_the_same_each_time(language: str, index: int) -> None:
    chart = drawn(language, index)
    image = picture(chart)
    assert image.width == pytest.approx(2 * SIZE.width, abs=2)
    assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    assert charts.png(chart, SIZE) == charts.png(chart, SIZE)
    assert charts.svg(chart, SIZE) == charts.svg(chart, SIZE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_are_drawn_within_the_picture(language: str) -> None:
    chart = drawn(language, 0)
    without = chart.model_copy(update={"actual_label": "", "planned_label": ""})
    box = ImageChops.difference(picture(chart).convert("RGB"), picture(without).convert("RGB").resize(picture(chart).size)).getbbox()
    assert box
    ink = ImageChops.invert(picture(chart).convert("L")).getbbox()
    assert ink and ink[0] >= 4 and ink[2] <= picture(chart).width - 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_are_those_of_the_report_and_not_the_library_s(language: str) -> None:
    for index in (0, 1):
        chart = drawn(language, index)
        drawn_texts = re.findall(r">([^<>]+)</text>", charts.svg(chart, SIZE))
        expected = [tick.label for tick in chart.ticks]
        expected += [day.label for day in chart.days] if index == 0 else [row.text for row in chart.rows]
        assert {label.replace("\u00a0", " ") for label in expected} <= {
            label.replace("\u00a0", " ").replace("&amp;", "&") for label in drawn_texts
        }


def test_all_text_has_the_registered_font_family() -> None:
    svg = charts.svg(drawn("en", 1), SIZE)
    assert set(re.findall(r'font-family="([^"]+)"', svg)) == {fonts.FAMILY}
    assert "Prospecting DE 秋季新品" in svg


def test_good_and_bad_differ_in_shape_and_not_in_colour_only() -> None:
    chart = drawn("en", 1)
    shapes = [charts._TONES[row.tone][1] for row in chart.rows]
    assert {row.tone for row in chart.rows} == {"good", "neutral", "bad"}
    assert len(set(shapes)) == 3


def test_a_hostile_name_is_text_in_the_picture() -> None:
    chart = drawn("en", 1)
    row = IntervalRow.model_validate({**chart.rows[0].model_dump(), "label": HOSTILE[:28]})
    svg = charts.svg(chart.model_copy(update={"rows": (row,)}), SIZE)
    assert "<script" not in svg
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in svg


def test_a_character_missing_from_the_font_becomes_a_box() -> None:
    assert fonts.drawable("Tea 🎁🎉 time 茶 €½ 👩‍👩‍👧") == "Tea □ time 茶 €½ □"


def test_the_longest_names_leave_room_for_the_chart() -> None:
    returns = tuple(
        each.model_copy(update={"name": name * 40})
        for each, name in zip(REVIEW.of(Returns).returns, ("W", "茶", "i ", "🎁", "Ж"), strict=True)
    )
    chart = build_report(changed(REVIEW, returns=returns), audience("zh"), LINKS).charts[-1]
    for size in (SIZE, charts.Size(width=240, font_size=8)):
        assert charts.svg(chart, size).count("<text") >= 2 * len(chart.rows)


def test_a_chart_of_one_week_and_of_one_value_can_be_drawn() -> None:
    chart = drawn("en", 0)
    assert charts.png(chart.model_copy(update={"points": chart.points[:2], "days": chart.days[:1]}), SIZE)
    unplanned = tuple(point.model_copy(update={"planned": None}) for point in chart.points)
    assert charts.png(chart.model_copy(update={"points": unplanned}), SIZE)
