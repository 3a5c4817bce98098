"""Train a classical classifier on image features and report how it does on the test part."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import joblib
import numpy as np
from args import get_args
from export import export_model
from features import MIN_IMAGE_SIZE, extract, feature_graph
from samples import load_samples
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.class_weight import compute_sample_weight

STOPPED = 143  # what a program ended by SIGTERM returns
SAMPLES_FOR_CHECK = 16


def make_classifier(args):
    weights = "balanced" if args.balance_classes else None
    if args.classifier == "svm":
        model = SVC(C=args.regularization, class_weight=weights, random_state=args.seed)
    elif args.classifier == "logistic-regression":
        model = LogisticRegression(C=args.regularization, class_weight=weights, max_iter=2000, random_state=args.seed)
    elif args.classifier == "random-forest":
        model = RandomForestClassifier(args.trees, class_weight=weights, n_jobs=-1, random_state=args.seed)
    elif args.classifier == "gradient-boosting":
        # Few features and samples per tree keep it fast with hundreds of features.
        model = GradientBoostingClassifier(
            n_estimators=args.trees, max_features="sqrt", subsample=0.8, random_state=args.seed
        )
    else:
        sys.exit(f"Error: unknown classifier '{args.classifier}'.")
    return Pipeline([("scaler", StandardScaler()), ("classifier", model)])


def fit(args, features, classes):
    options = {}
    if args.classifier == "gradient-boosting" and args.balance_classes:
        options["classifier__sample_weight"] = compute_sample_weight("balanced", classes)
    return make_classifier(args).fit(features, classes, **options)


def learning_curve(args, train, test, stopping):
    """Train on growing parts of the data: the last step is the model, the others tell whether more data would help."""
    order = np.random.default_rng(args.seed).permutation(len(train[0]))
    model = None
    for step in range(1, args.learning_curve_steps + 1):
        if stopping and model is not None:
            break
        part = order[: max(2, len(order) * step // args.learning_curve_steps)]
        if len(set(train[1][part])) < 2:
            print(f"step {step}/{args.learning_curve_steps} samples={len(part)} skipped: only one class so far")
            continue
        model = fit(args, train[0][part], train[1][part])
        print(
            f"step {step}/{args.learning_curve_steps} samples={len(part)} "
            f"train_accuracy={accuracy_score(train[1][part], model.predict(train[0][part])):.4f} "
            f"val_accuracy={accuracy_score(test[1], model.predict(test[0])):.4f}",
            flush=True,
        )
    if model is None:
        sys.exit("Error: all training samples belong to one class; a classifier needs at least two.")
    return model


def report(classes, predicted, names):
    precision, recall, f1, count = precision_recall_fscore_support(
        classes, predicted, labels=range(len(names)), zero_division=0
    )
    for number, name in enumerate(names):
        print(
            f"  {name}: precision {precision[number]:.3f}, recall {recall[number]:.3f}, "
            f"F1 {f1[number]:.3f}, {count[number]} samples"
        )
    print(f"Final macro F1: {f1_score(classes, predicted, average='macro', zero_division=0):.4f}")
    print(f"Final accuracy: {accuracy_score(classes, predicted):.4f}")


def save(model, path, class_names, image_size):
    joblib.dump({"model": model, "class_names": class_names, "img_size": image_size}, path)


def main():
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    args = get_args()
    if args.img_size < MIN_IMAGE_SIZE:
        sys.exit(f"Error: img-size must be at least {MIN_IMAGE_SIZE}.")
    train_images, train_classes, names = load_samples(args.images_dir, args.labels_dir, "train", args.img_size)
    test_images, test_classes, _ = load_samples(args.images_dir, args.labels_dir, "val", args.img_size)
    print(f"{len(train_images)} samples to train, {len(test_images)} to test, {len(names)} classes: {', '.join(names)}")
    train_features, test_features = extract(train_images / np.float32(255)), extract(test_images / np.float32(255))
    print(f"{train_features.shape[1]} features per sample", flush=True)

    model = learning_curve(args, (train_features, train_classes), (test_features, test_classes), stopping)
    report(test_classes, model.predict(test_features), names)

    output = Path(args.output_dir)
    output.mkdir(parents=True, exist_ok=True)
    # A support vector machine tells scores, which scikit-learn and ONNX count differently; only labels are compared.
    gives_probabilities = hasattr(model, "predict_proba")

    def predict(images):
        features = extract(images)
        return [model.predict(features)] + ([model.predict_proba(features)] if gives_probabilities else [])

    export_model(
        model,
        str(output / "model.joblib"),
        "sklearn",
        save,
        {"class_names": names, "image_size": args.img_size},
        sample_inputs=[test_images[:SAMPLES_FOR_CHECK] / np.float32(255)],
        predict=predict,
        input_names=["images"],
        output_names=["label", "probabilities" if gives_probabilities else "scores"],
        class_names=names,
        preprocessing={
            "layout": "NCHW",
            "color": "RGB",
            "resize": [args.img_size, args.img_size],
            "scale": 1 / 255,
            "mean": [0.0, 0.0, 0.0],
            "std": [1.0, 1.0, 1.0],
        },
        dynamic_batch=True,
        prepend=lambda opset: feature_graph(args.img_size, "images", opset),
    )
    if stopping:
        print("Stopped early; the model trained so far was saved.")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
