"""Turning uploads into images and shapes: a task that may be killed at any moment and goes on where it was."""
