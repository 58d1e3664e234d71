"""Charts of the dashboard: where their parts stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.pages.staff.dashboard import charts, places
from services.portal.pages.staff.dashboard.scales import MOST_TICKS, round_below, shortened, ticks


@pytest.mark.parametrize(
    ("most", "shown"),
    [(0, (0, 1)), (1, (0, 1)), (5, (0, 1, 2, 3, 4, 5)), (6, (0, 2, 4, 6)), (49, (0, 10, 20, 30, 40, 50))],
)
def test_axes_have_round_figures(most: int, shown: tuple[int, ...]) -> None:
    assert ticks(most) == shown


@given(st.integers(0, 10**7))
def test_axes_cover_everything_with_few_figures(most: int) -> None:
    shown = ticks(most)
    assert shown[-1] >= most
    assert 2 <= len(shown) <= MOST_TICKS + 1


@pytest.mark.parametrize(("length", "below"), [(1, 1), (7.5, 5), (199, 100), (200, 200), (4_999, 2_000)])
def test_scales_are_round_lengths(length: float, below: int) -> None:
    assert round_below(length) == below


def test_long_labels_are_cut() -> None:
    assert shortened("ถนน", 3) == "ถนน"
    assert shortened("ถนนและ", 4) == "ถนน…"


def month(name: str, received: int, ended: int, still_open: int) -> dict[str, Any]:
    return {"month": name, "received": received, "ended": ended, "open": still_open}


def test_months_stand_side_by_side_and_the_line_passes_through_what_was_open() -> None:
    chart = charts.over_time([month("2024-10", 10, 4, 6), month("2024-11", 0, 5, 1)])
    assert chart is not None
    first, second = chart.months
    assert first.received.x + first.received.width == first.ended.x == first.x
    assert (first.received.height, first.ended.height) == (charts.PLOT_HEIGHT, charts.PLOT_HEIGHT * 0.4)
    assert first.received.y == charts.TOP
    assert second.received.height == 0
    assert {bar.y + bar.height for each in chart.months for bar in (each.received, each.ended)} == {chart.base}
    assert chart.line == f"{first.x:.1f},{first.open_y:.1f} {second.x:.1f},{second.open_y:.1f}"
    assert (charts.LEFT < first.x < second.x < chart.width, chart.ticks[-1].value) == (True, 10)


def test_a_year_that_has_not_begun_has_no_chart() -> None:
    assert charts.over_time([]) is None
    assert charts.by_part([]) is None
    assert places.sheet([]) is None


def part(code: str, received: int, closed: int, still_open: int, overdue: int) -> dict[str, Any]:
    return {"code": code, "label": code, "received": received, "closed": closed, "open": still_open, "overdue": overdue}


def test_parts_lie_behind_one_another_the_largest_on_top() -> None:
    chart = charts.by_part([part("small", 2, 1, 1, 0), part("large", 9, 4, 4, 1)])
    assert chart is not None
    large, small = chart.rows
    assert (large.code, small.code, small.y) == ("large", "small", charts.ROW_HEIGHT)
    assert (large.closed.value, large.waiting.value, large.overdue.value, large.total) == (4, 3, 1, 9)
    assert large.closed.width == pytest.approx(large.waiting.width * 4 / 3, abs=0.1)
    assert (large.waiting.x, large.overdue.x) == (large.closed.width, large.closed.width + large.waiting.width)
    assert large.end == charts.WIDTH - charts.FIGURE_WIDTH
    assert chart.left_out == 0


def test_what_has_too_little_to_be_shown_is_counted() -> None:
    chart = charts.by_part([part(f"c{n}", n, n, 0, 0) for n in range(charts.MOST_ROWS + 3)])
    assert chart is not None
    assert (len(chart.rows), chart.left_out) == (charts.MOST_ROWS, 3)


def test_what_was_withdrawn_alone_has_a_row_without_bars() -> None:
    chart = charts.by_part([part("withdrawn", 1, 0, 0, 0)])
    assert chart is not None
    assert (chart.rows[0].end, chart.rows[0].total) == (0, 1)


def point(latitude: float, longitude: float, count: int) -> dict[str, Any]:
    return {"latitude": latitude, "longitude": longitude, "count": count}


def test_north_is_up_and_more_is_larger_and_below() -> None:
    sheet = places.sheet([point(7.93, 98.33, 1), point(7.90, 98.33, 16), point(7.915, 98.35, 4)])
    assert sheet is not None
    most, middle, least = sheet.dots
    assert (most.count, middle.count, least.count) == (16, 4, 1)
    assert (most.radius, least.y < middle.y < most.y, middle.x > most.x) == (places.LARGEST_DOT, True, True)
    assert middle.radius == places.SMALLEST_DOT + (places.LARGEST_DOT - places.SMALLEST_DOT) / 2


def test_one_place_is_in_the_middle_and_the_scale_is_true() -> None:
    sheet = places.sheet([point(7.9, 98.3, 5)])
    assert sheet is not None
    assert (sheet.dots[0].x, sheet.dots[0].y) == (places.WIDTH / 2, places.HEIGHT / 2)
    shown_metres = places.LEAST_DEGREES * places.METRES_A_DEGREE
    drawn = sheet.scale_width / (places.WIDTH - 2 * places.MARGIN)
    assert sheet.scale_metres / shown_metres == pytest.approx(drawn, abs=0.001)


@given(st.lists(st.tuples(st.floats(5.6, 20.5), st.floats(97.3, 105.7)), min_size=1, max_size=30))
def test_every_place_is_on_the_sheet(told: list[tuple[float, float]]) -> None:
    sheet = places.sheet([point(north, east, 1) for north, east in told])
    assert sheet is not None
    assert all(0 <= dot.x <= sheet.width and 0 <= dot.y <= sheet.height for dot in sheet.dots)
    assert 0 < sheet.scale_width <= sheet.width


def test_dots_are_smaller_where_there_are_many() -> None:
    crowd = places.sheet([point(7.9 + n / 1000, 98.3, 1) for n in range(places.ROOMY * 4)])
    assert crowd is not None
    assert {dot.radius for dot in crowd.dots} == {places.LARGEST_DOT / 2}


def test_the_table_of_places_begins_with_those_with_most() -> None:
    listed = places.most_frequent([point(7.9, 98.3, n) for n in range(50)])
    assert [each["count"] for each in listed] == list(range(49, 29, -1))
