"""Can the model be loaded at all? `python -m src.load_model`, on $MODEL_DIR."""

from src.errors import run
from src.model import load, model_dir


def main() -> None:
    """Load the model and say what it is; raises InputError when it cannot be loaded."""
    folder = model_dir()
    model = load(folder)
    trees, thresholds = model.trees, dict(model.thresholds) or "none by group"
    print(
        f"model in {folder}: {len(trees.roots)} trees, {len(trees.value)} nodes, "
        f"thresholds {thresholds}"
    )


if __name__ == "__main__":
    run(main)
