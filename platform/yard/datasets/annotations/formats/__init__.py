"""Annotation formats: one module each, a reader and a writer as streams, and what each cannot hold.

``registry`` knows them all; ``types`` is the language they are translated into and out of.
"""
