"""Versions of data sets: immutable, numbered, and named by runs for ever."""
