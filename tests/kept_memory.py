"""What the product's own lines have asked for and not given back: whether something piles up.

Look twice under `watched`, the first time after so many rounds that pools and caches are full.
"""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import switchboard

_FRAMES = 4
_OURS = tracemalloc.Filter(inclusive=True, filename_pattern=f"{Path(switchboard.__file__).parent}/*", all_frames=True)
# CPython keeps the names of the attributes it looked up last: "utcoffset" up to 4096 times, once for each address.
_forget_names = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache


@contextmanager
def watched() -> Iterator[None]:
    tracemalloc.start(_FRAMES)
    try:
        yield
    finally:
        tracemalloc.stop()


def kept_bytes() -> int:
    """At whatever depth below a line of the product. What fakes write down for their tests is to be cleared first."""
    gc.collect()
    _forget_names()
    found = tracemalloc.take_snapshot().filter_traces([_OURS]).statistics("filename")
    return sum(each.size for each in found)
