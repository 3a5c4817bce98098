"""Python's cyclic garbage collector in processes that live long."""

from __future__ import annotations

import gc


def collector_spare_loaded() -> None:
    """Have the collector leave alone what is there now: code, settings, models, which stay for good.

    Else it looks at these hundreds of thousands of objects again and again while many others come and go: a seventh of
    an import's time. Call it once the process has loaded what it needs, before it forks if it does (then their memory
    stays shared, too).
    """
    gc.collect()
    gc.freeze()
