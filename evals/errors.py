"""A suite that cannot be used: every mistake in it, each with its place."""

from warmline.agent.guard.findings import Misplaced
from warmline.errors import SettingsError

SHOWN = 50


class SuiteError(SettingsError):
    """Suites that cannot be used, with every mistake that was found, a line each."""

    def __init__(self, mistakes: tuple[Misplaced, ...]) -> None:
        more = f";\n… and {len(mistakes) - SHOWN} more" if len(mistakes) > SHOWN else ""
        super().__init__(";\n".join(map(str, mistakes[:SHOWN])) + more)
        self.mistakes = mistakes
