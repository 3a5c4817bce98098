"""Data sets and their versions in any format, with what the format cannot hold."""
