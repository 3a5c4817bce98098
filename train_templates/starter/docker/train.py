"""Your training code. As it stands it always answers the most frequent class; put your model in its place."""

import json
import signal
import sys
from collections import Counter
from pathlib import Path

from args import get_args
from export import export_model

stop_asked = False


def ask_to_stop(*_):
    """A stopped run gets a moment to save what it has."""
    global stop_asked
    stop_asked = True


def load_classes(labels_dir, part):
    """Class ids of the annotations of one part (train or val), and the class names by id."""
    labels = json.loads(Path(labels_dir, part, "labels.json").read_text(encoding="utf-8"))
    names = {category["id"]: category["name"] for category in labels["categories"]}
    return [annotation["category_id"] for annotation in labels["annotations"]], names


def save_model(model, model_filepath):
    Path(model_filepath).parent.mkdir(parents=True, exist_ok=True)
    Path(model_filepath).write_text(json.dumps(model), encoding="utf-8")


def main():
    args = get_args()

    # 1. Load the data: links to the images lie in <images-dir>/train and /val, labels in <labels-dir>/train and /val.
    train_classes, names = load_classes(args.labels_dir, "train")
    test_classes, _ = load_classes(args.labels_dir, "val")

    # 2. Train. Print one line per epoch; custom.json tells the platform which numbers in it are metrics.
    answer = Counter(train_classes).most_common(1)[0][0]
    accuracy = test_classes.count(answer) / len(test_classes)
    for epoch in range(1, args.epochs + 1):
        loss = 1 - train_classes.count(answer) / len(train_classes)
        print(f"epoch {epoch}/{args.epochs} train_loss={loss:.4f} val_accuracy={accuracy:.4f}", flush=True)
        if stop_asked:
            break

    # 3. Test. The score is found by score_regexp in custom.json.
    print(f"Final accuracy: {accuracy:.4f}")

    # 4. Save. Name the right format ("pytorch", "sklearn", "keras", ...) and the run can export to ONNX as well.
    model = {"answer": names[answer]}
    export_model(model, str(Path(args.output_dir, "model.json")), "none", save_model)
    if stop_asked:
        sys.exit(143)


if __name__ == "__main__":
    print("Executing your training code in train.py::__main__")
    signal.signal(signal.SIGTERM, ask_to_stop)
    main()
