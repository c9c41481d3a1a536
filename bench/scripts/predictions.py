"""Writes two models' predictions of the same rows: `predictions.py ROWS SLICES FOLDER`.

Each row has a label, a score and an answer, and SLICES columns to slice by, each with three to seven groups.
"""

import sys
from pathlib import Path

import numpy as np

rows, slices, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
draw = np.random.default_rng(0)
signal = draw.normal(size=rows)
label = signal + draw.normal(size=rows) > 1
groups = [draw.integers(0, 3 + column % 5, size=rows) for column in range(slices)]
header = ["id", "label", "prediction", "score", *(f"slice_{column}" for column in range(slices))]
for name, noise in (("candidate", 0.3), ("baseline", 0.35)):
    score = 1 / (1 + np.exp(-(1.5 * (signal - 1) + noise * draw.normal(size=rows))))
    columns = [
        np.arange(rows).astype(str),
        np.where(label, "yes", "no"),
        np.where(score > 0.5, "yes", "no"),
        np.char.mod("%.6f", score),
        *(np.char.mod("group %d", group) for group in groups),
    ]
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    with (target / "predictions.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(header) + "\n")
        for first in range(0, rows, 100_000):
            part = [column[first : first + 100_000] for column in columns]
            file.writelines(",".join(row) + "\n" for row in zip(*part, strict=True))
