"""What a process has spent, as the kernel counts it."""

import ctypes
import gc
import resource
import time
from collections.abc import Sequence
from pathlib import Path


def cpu_seconds() -> float:
    """CPU time of all threads, in user and kernel mode (``getrusage``)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def waited_seconds() -> float:
    """How long this thread was ready to run while other processes had the core, as a difference of two calls; nothing where the kernel does not tell.

    What this process' other threads ran meanwhile is taken off, also what they ran while this one slept: rather too little is said than too much.
    """
    try:
        ready = int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0
    return ready - (cpu_seconds() - time.thread_time())


def resident_mb() -> float:
    """Memory in use, after what nobody needs was given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def peak_mb() -> float:
    """The most memory that was ever in use."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
