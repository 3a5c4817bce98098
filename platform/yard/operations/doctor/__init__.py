"""Checks of every part of the platform: what was found, and what to do."""
