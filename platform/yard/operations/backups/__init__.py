"""Backing a platform up while it runs, and making a platform out of a backup."""
