"""Figures for Prometheus: what the database knows of the whole platform, and what this web process counted itself."""
