"""What a core install pulls in, and what ``warmline --help`` costs."""

import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement


def distributions(root: str = "warmline") -> set[str]:
    """The names of all that is installed with ``root``, itself included, without extras that nobody asks for."""
    return _closure(_plain(root), frozenset())


def brought_by(name: str, root: str = "warmline") -> set[str]:
    """What would not be installed if ``root`` did not require ``name`` itself."""
    kept = {part for one, extras in _needs(root, frozenset()) if one != name for part in _closure(one, extras)}
    return distributions(root) - kept - {_plain(root)}


def help_seconds(runs: int = 5, command: Sequence[str] = ("-m", "warmline", "--help")) -> float:
    """The least CPU time of ``warmline --help``, of some runs."""
    spent: list[float] = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def _closure(name: str, extras: frozenset[str]) -> set[str]:
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [(name, extras)]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _needs(*one)
    return {one for one, _ in found}


def _needs(name: str, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return []  # for another system, or another Python
    wanted = [Requirement(line) for line in lines]
    return [(_plain(one.name), frozenset(one.extras)) for one in wanted if _applies(one, extras)]


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
