"""Command line of train.py: every key of config.jsonschema and presets.json, except the two splits."""

import argparse


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    # Booleans of the form are bare flags: parser.add_argument("--flip", action="store_true")
    parser.add_argument("--output-dir", default="/train")
    parser.add_argument("--images-dir", default="/datasets/images")
    parser.add_argument("--labels-dir", default="/datasets/labels")
    return parser.parse_args()
