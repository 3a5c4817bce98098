"""Reading and writing labels. Knows files and dataclasses, never the database."""
