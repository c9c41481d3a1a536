import pandas as pd

from digit_reader.dataset import PIXELS, held_back


def test_a_quarter_is_held_back() -> None:
    scans = pd.DataFrame({"scan": range(100)})
    assert held_back(scans).sum() == 25


def test_a_scan_has_64_pixels() -> None:
    assert len(PIXELS) == 64
