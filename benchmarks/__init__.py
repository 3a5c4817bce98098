"""Performance, measured against peers. Reported, never asserted."""
