"""The checks, one kind of question per module; ``all.py`` lists them."""
