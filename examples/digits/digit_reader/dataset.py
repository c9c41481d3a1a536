"""The scans, and which of them are for training."""

from pathlib import Path

import pandas as pd

LABEL = "digit"
PIXELS = [f"p{place}" for place in range(64)]


def load(path: Path) -> pd.DataFrame:
    """All scans: a row each, with the ink of each pixel from 0 to 16."""
    return pd.read_csv(path)


def held_back(scans: pd.DataFrame) -> pd.Series:
    """Every fourth scan is kept from training."""
    return scans["scan"] % 4 == 0
