"""Writes predictions of a classifier beside twenty columns: `slices_data.py ROWS FOLDER`.

It is right in nine of ten rows, and in six of ten of those with number_0 in its lowest fifth and category_0 = c1.
"""

import sys
from pathlib import Path

import duckdb

rows, folder = int(sys.argv[1]), sys.argv[2]
Path(folder).mkdir(parents=True, exist_ok=True)
numbers = ", ".join(f"round(random() * {100 * (at + 1)}, 3) AS number_{at}" for at in range(10))
categories = ", ".join(f"'c' || floor(random() * {3 + 2 * at})::INTEGER AS category_{at}" for at in range(10))
duckdb.execute("SET threads = 1; SELECT setseed(0.5)")
duckdb.execute(f"""COPY (
    SELECT label, CASE WHEN random() < (CASE WHEN number_0 < 20 AND category_0 = 'c1' THEN 0.4 ELSE 0.1 END)
      THEN 1 - label ELSE label END AS prediction, * EXCLUDE (label)
    FROM (SELECT (random() < 0.3)::INTEGER AS label, {numbers}, {categories} FROM range({rows}))
    ) TO '{folder}/predictions.parquet' (FORMAT parquet)""")
