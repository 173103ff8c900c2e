"""What is wrong, or odd, in a file: all of it, each with its place."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from warmline.errors import SettingsError

T = TypeVar("T")
N = TypeVar("N")


class Misplaced(SettingsError):
    """One mistake and where it stands; lines and columns count from 1."""

    def __init__(self, problem: str, *, file: str, line: int, column: int) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {problem}")
        self.problem = problem
        self.file = file
        self.line = line
        self.column = column


class PolicyError(SettingsError):
    """A policy that cannot be used, with every mistake that was found, a line each."""

    def __init__(self, mistakes: tuple[Misplaced, ...]) -> None:
        super().__init__(";\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass
class Findings:
    """Mistakes make a file unusable, warnings do not."""

    mistakes: list[Misplaced] = field(default_factory=list[Misplaced])
    warnings: list[Misplaced] = field(default_factory=list[Misplaced])

    @contextmanager
    def noted(self) -> Generator[None]:
        """Note a mistake raised inside, and go on after it."""
        try:
            yield
        except Misplaced as mistake:
            self.mistakes.append(mistake)

    def tried(self, read: Callable[[N], T], place: N | None) -> T | None:
        """What ``read`` makes of a place; ``None`` without one, and after a mistake, which is noted."""
        with self.noted():
            return None if place is None else read(place)
        return None

    def in_order(self) -> "Findings":
        """The same from top to bottom, each once."""
        return Findings(_sorted(self.mistakes), _sorted(self.warnings))


def _sorted(found: list[Misplaced]) -> list[Misplaced]:
    unique = {str(one): one for one in found}
    return sorted(unique.values(), key=lambda one: (one.line, one.column))
