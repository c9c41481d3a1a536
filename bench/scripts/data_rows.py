"""Writes one table of twenty columns: `data_rows.py ROWS SEED SHIFT FOLDER [FORMAT …]`.

FOLDER/parquet/rows.parquet and FOLDER/csv/rows.csv have the same content. FORMAT chooses `parquet` or `csv`; the
default is both. Every value is a function of SEED and the row's number, so the same call always writes the same table.
SHIFT moves the columns `temperature` and `weight` by this number of standard deviations. No value breaks a rule of
data_rules.toml.
"""

import hashlib
import sys
from pathlib import Path

import duckdb

rows, seed, shift, folder = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
formats = sys.argv[5:] or ["parquet", "csv"]

SUBJECTS = [
    "the delivery",
    "my order",
    "this shop",
    "the fabric",
    "customer service",
    "the battery",
    "its screen",
    "the price",
]
VERBS = ["was", "turned out", "has been", "seemed"]
OPINIONS = ["much better than expected", "rather disappointing", "exactly as described", "not worth the money"]
phrases = [f"{subject} {verb} {opinion}" for subject in SUBJECTS for verb in VERBS for opinion in OPINIONS]
most_phrases = 6


def bits(stream: str) -> str:
    """An expression for 64 random bits of a row.

    Streams start far apart: a hash of two arguments would only flip bits.
    """
    start = int.from_bytes(hashlib.blake2b(f"{seed} {stream}".encode(), digest_size=7).digest(), "big")
    return f"hash(i + {start})"


def uniform(stream: str) -> str:
    """An expression for a number in [0, 1)."""
    return f"(({bits(stream)} >> 11)::DOUBLE / 9007199254740992)"


def normal(stream: str) -> str:
    return f"(sqrt(-2 * ln(1 - {uniform(stream + ' radius')})) * cos(2 * pi() * {uniform(stream + ' angle')}))"


def category(name: str, count: int) -> str:
    """Values of different frequency, the most frequent one first."""
    return f"'{name} ' || floor(power({uniform(name)}, 2) * {count})::INTEGER"


def review() -> str:
    """One to six phrases, each chosen by seven bits of one random number."""
    chosen = [f"phrases[1 + ((words >> {7 * index}) & 127)::INTEGER]" for index in range(most_phrases)]
    whole = " || '. ' || ".join(chosen)
    return f"left({whole}, 20 + floor(power({uniform('length')}, 2) * 281)::INTEGER)"


columns = {
    "id": "(i * 2654435761) & 4294967295",
    "temperature": f"round(20 + 5 * ({normal('temperature')} + {shift}), 3)",
    "weight": f"CASE WHEN {uniform('weight')} >= 0.01 THEN round(70 + 12 * ({normal('weight')} + {shift}), 2) END",
    "income": f"round(exp(10 + 0.6 * {normal('income')}), 2)",
    "score": f"round({uniform('score')}, 6)",
    "visits": f"floor(-4 * ln(1 - {uniform('visits')}))::INTEGER",
    "age": f"floor({uniform('age')} * 100)::INTEGER",
    "amount": "round(limit_amount * part, 2)",
    "limit_amount": "limit_amount",
    "channel": category("channel", 2),
    "plan": category("plan", 5),
    "region": category("region", 12),
    "device": category("device", 20),
    "segment": f"CASE WHEN {uniform('no segment')} >= 0.03 THEN {category('segment', 50)} END",
    "city": category("city", 200),
    "day": f"DATE '2024-01-01' + floor({uniform('day')} * 730)::INTEGER",
    "seen_at": f"TIMESTAMP '2024-01-01' + to_seconds(floor({uniform('seen at')} * 63072000)::BIGINT)",
    "active": f"{uniform('active')} < 0.7",
    "review": review(),
    "label": (
        f"CASE WHEN {uniform('label')} < 0.5 THEN 'low'"
        f" WHEN {uniform('label')} < 0.85 THEN 'medium' ELSE 'high' END"
    ),
}
assert len(columns) == 20 and len(phrases) == 128

table = f"""
SELECT {", ".join(f"{expression} AS {name}" for name, expression in columns.items())}
FROM (
  SELECT i, {bits('words')} AS words, {uniform("part")} AS part, $phrases::VARCHAR[] AS phrases,
    round(100 + exp(6 + 0.8 * {normal("limit")}), 2) AS limit_amount
  FROM range({rows}) AS numbers(i)
)
"""
targets = {"parquet": "FORMAT parquet, COMPRESSION snappy", "csv": "FORMAT csv, HEADER true"}
with duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(folder / "temporary")}) as connection:
    for name in formats:
        target = folder / name / f"rows.{name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"COPY ({table}) TO '{target}' ({targets[name]})", {"phrases": phrases})
