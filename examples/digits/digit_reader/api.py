"""Answers over HTTP: python -m digit_reader.api"""

from pathlib import Path

import joblib
import pandas as pd
import uvicorn
from fastapi import FastAPI
from sklearn.ensemble import ExtraTreesClassifier

from digit_reader.dataset import PIXELS

app = FastAPI()
forest = ExtraTreesClassifier()


def load_forest() -> None:
    global forest
    forest = joblib.load(Path("artifacts") / "forest.joblib")


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/classify")
def classify(scan: dict[str, float]) -> dict[str, int]:
    pixels = pd.DataFrame([[scan[pixel] for pixel in PIXELS]], columns=PIXELS)
    return {"digit": int(forest.predict(pixels)[0])}


if __name__ == "__main__":
    load_forest()
    uvicorn.run(app, host="0.0.0.0", port=8000)
