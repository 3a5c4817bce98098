"""Splits: which images are for training, for validation, for testing."""
