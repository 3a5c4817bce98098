"""Trainyard: trains vision models on a team's own data and machines."""

__version__ = "0.1.0"
