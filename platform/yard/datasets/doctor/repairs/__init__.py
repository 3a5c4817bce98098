"""The repairs, one per module; ``all.py`` lists them."""
