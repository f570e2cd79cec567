"""Lines over 13 weeks: gaps, lone weeks, and a scale that holds what it must."""

from datetime import date

from clienthealth.dashboard import charts
from clienthealth.health.levels import STANDARD_LINES

D = date(2026, 3, 31)


def test_nothing_known_draws_nothing() -> None:
    assert charts.spark([None] * 13, 10_000) is None
    assert charts.spark([], 10_000) is None
    assert charts.chart([None] * 13, D, STANDARD_LINES) is None


def test_an_unknown_week_is_a_gap() -> None:
    spark = charts.spark([5000, 5000, None, 6000, 6000], 10_000)
    assert spark is not None
    assert spark.path.count("M") == 2
    assert spark.path.count("L") == 2
    assert (spark.first_e4, spark.last_e4) == (5000, 6000)


def test_a_lone_week_is_a_dot() -> None:
    spark = charts.spark([None, 5000, None], 10_000)
    assert spark is not None
    assert spark.path.endswith("h.01")


def test_values_beyond_the_scale_lie_on_its_edge() -> None:
    low, high = charts.spark([0], 10_000), charts.spark([99_999_999], 10_000)
    assert low is not None
    assert high is not None
    assert float(low.last_y) == charts.SPARK_HEIGHT - 3
    assert float(high.last_y) == 3


def test_chart_bands_cover_the_height_and_contain_the_line() -> None:
    chart = charts.chart([4000, None, 20_000], D, STANDARD_LINES)
    assert chart is not None
    assert [band.level for band in chart.bands] == ["healthy", "watch", "repair", "consider"]
    assert [band.enter_e4 for band in chart.bands] == [0, 6000, 7500, 10_000]
    assert abs(sum(float(band.height) for band in chart.bands) - (chart.bottom - chart.top)) < 1
    assert [point.day for point in chart.points] == [date(2026, 3, 17), date(2026, 3, 24), D]
    assert [bool(point.y) for point in chart.points] == [True, False, True]
    assert all(chart.top <= float(point.y) <= chart.bottom for point in chart.points if point.y)
