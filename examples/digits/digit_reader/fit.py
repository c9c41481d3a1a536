"""Trains: python -m digit_reader.fit --csv data/digits.csv --artifacts artifacts"""

import argparse
from pathlib import Path

import joblib
from sklearn.ensemble import ExtraTreesClassifier

from digit_reader.dataset import LABEL, PIXELS, held_back, load


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--csv", type=Path, required=True)
    parser.add_argument("--artifacts", type=Path, required=True)
    parser.add_argument("--trees", type=int, default=120)
    options = parser.parse_args()
    scans = load(options.csv)
    known = scans[~held_back(scans)]
    forest = ExtraTreesClassifier(options.trees, random_state=0)
    forest.fit(known[PIXELS], known[LABEL])
    options.artifacts.mkdir(parents=True, exist_ok=True)
    joblib.dump(forest, options.artifacts / "forest.joblib", compress=3)
    print(f"{len(known)} scans, {options.trees} trees")


if __name__ == "__main__":
    main()
