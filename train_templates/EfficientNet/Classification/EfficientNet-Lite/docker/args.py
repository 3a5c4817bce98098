"""Command line of train.py: every key of config.jsonschema and presets.json, except the two splits."""

import argparse


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", default="efficientnet-lite0")
    parser.add_argument("--pretrained", action="store_true")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--img-size", type=int, default=96)
    parser.add_argument("--learning-rate", type=float, default=0.0005)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--label-smoothing", type=float, default=0.05)
    parser.add_argument("--train-layers", default="all")
    parser.add_argument("--augmentation", default="light")
    parser.add_argument("--flip", action="store_true")
    parser.add_argument("--balance-classes", action="store_true")
    parser.add_argument("--patience", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output-dir", default="/train")
    parser.add_argument("--images-dir", default="/datasets/images")
    parser.add_argument("--labels-dir", default="/datasets/labels")
    return parser.parse_args()
