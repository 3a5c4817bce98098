"""Command line of train.py: every key of config.jsonschema and presets.json, except the two splits."""

import argparse


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classifier", default="random-forest")
    parser.add_argument("--img-size", type=int, default=64)
    parser.add_argument("--regularization", type=float, default=1.0)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--balance-classes", action="store_true")
    parser.add_argument("--learning-curve-steps", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output-dir", default="/train")
    parser.add_argument("--images-dir", default="/datasets/images")
    parser.add_argument("--labels-dir", default="/datasets/labels")
    return parser.parse_args()
