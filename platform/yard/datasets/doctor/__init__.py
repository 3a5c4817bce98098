"""The annotation doctor: looks through a data set for what is probably wrong, shows it, and repairs it."""
