"""Did training go well? `python -m src.validate_metrics`, on the `metrics.json` in $MODEL_DIR.

Not the thresholds of the pipeline's gates, which judge the held-out rows: this finds a training
that broke down (little better than a coin, or numbers that are none) or learned rows by heart.
"""

import json
import math

from src.errors import InputError, run
from src.model import METRICS_FILE, model_dir

MIN_ROC_AUC = 0.75
MAX_LOSS_RATIO = 1.5


def check(values: dict[str, float]) -> list[str]:
    """What is wrong with the metrics of a training, a line for each finding."""
    expected = ("accuracy", "roc_auc", "log_loss", "train_log_loss")
    absent = [name for name in expected if name not in values]
    if absent:
        return [f"{', '.join(absent)} missing"]
    strange = [name for name, value in values.items() if not math.isfinite(value)]
    if strange:
        return [f"{', '.join(strange)} not finite"]
    findings = []
    if values["roc_auc"] < MIN_ROC_AUC:
        findings.append(f"roc_auc is {values['roc_auc']}, below {MIN_ROC_AUC}")
    if values["log_loss"] > MAX_LOSS_RATIO * values["train_log_loss"]:
        findings.append(
            f"overfitted: loss {values['log_loss']} on validation rows, "
            f"{values['train_log_loss']} on training rows"
        )
    return findings


def main() -> None:
    """Check the file; raises InputError with all findings."""
    path = model_dir() / METRICS_FILE
    try:
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: train first, or set MODEL_DIR") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is not JSON: {error}") from None
    findings = check(values)
    if findings:
        raise InputError("\n  ".join([str(path), *findings]))
    print(f"training metrics are sound: accuracy {values['accuracy']:.3f}")


if __name__ == "__main__":
    run(main)
