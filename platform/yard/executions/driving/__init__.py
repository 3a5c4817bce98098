"""Driving one attempt from state to state, one small repeatable step at a time.

Each step starts from the database and the engine's truth, so a supervisor that was killed anywhere is simply followed
by another. ``attempt`` chooses the step, ``box`` and ``work`` do it, ``endings`` ends, ``faults`` tells whose fault an
error is.
"""
