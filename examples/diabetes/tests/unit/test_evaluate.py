import pytest

from src.evaluate import age_band, measure


def test_metrics_counted_by_hand() -> None:
    measured = measure([100, 200, 300], [110, 200, 270])
    assert measured["mae"] == pytest.approx(40 / 3, abs=1e-6)
    assert measured["rmse"] == pytest.approx((1000 / 3) ** 0.5, abs=1e-6)
    assert measured["r2"] == pytest.approx(1 - 1000 / 20_000)
    assert measured["mape"] == pytest.approx((0.1 + 0 + 0.1) / 3, abs=1e-6)


@pytest.mark.parametrize(
    ("age", "band"),
    [("39", "under 40"), ("40", "40 to 54"), ("54.5", "40 to 54"), ("55", "55 and over")],
)
def test_age_bands(age: str, band: str) -> None:
    assert age_band(age) == band
