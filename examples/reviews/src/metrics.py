"""What is measured in evaluation, as scikit-learn defines it, in plain Python."""

from collections.abc import Sequence

from src.model import CLASSES


def measure(
    truth: Sequence[str], answers: Sequence[str], scores: Sequence[float], positive: str
) -> dict[str, float]:
    """The metrics, rounded to six decimals; scores are the probabilities of the positive class."""
    pairs = list(zip(truth, answers, strict=True))
    f1 = {name: f1_of(name, pairs) for name in CLASSES}
    present = [name for name in CLASSES if name in truth]
    measured = {
        "accuracy": sum(a == b for a, b in pairs) / len(pairs),
        "balanced_accuracy": sum(recall_of(name, pairs) for name in present) / len(present),
        "f1_macro": sum(f1.values()) / len(f1),
        "roc_auc": roc_auc([label == positive for label in truth], scores),
        **{f"f1[{name}]": value for name, value in f1.items()},
    }
    return {name: round(value, 6) for name, value in measured.items()}


def recall_of(name: str, pairs: Sequence[tuple[str, str]]) -> float:
    """The share of a class that is answered rightly."""
    answers = [answer for label, answer in pairs if label == name]
    return answers.count(name) / len(answers) if answers else 0.0


def f1_of(name: str, pairs: Sequence[tuple[str, str]]) -> float:
    """Twice the right answers of a class over its labels and answers; 0 where there is neither."""
    right = sum(label == answer == name for label, answer in pairs)
    total = sum((label == name) + (answer == name) for label, answer in pairs)
    return 2 * right / total if total else 0.0


def roc_auc(positive: Sequence[bool], scores: Sequence[float]) -> float:
    """How often a positive row has the higher score than a negative one; a tie is half of that."""
    above = [score for flag, score in zip(positive, scores, strict=True) if flag]
    below = [score for flag, score in zip(positive, scores, strict=True) if not flag]
    if not above or not below:
        return 0.5
    wins = sum((a > b) + (a == b) / 2 for a in above for b in below)
    return wins / (len(above) * len(below))
