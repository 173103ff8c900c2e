"""The peers of ``peers.toml``, and the environment each runs in: made by pip, by name, outside the repository."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from .mock_server import Unmeasurable

FILE = Path(__file__).parent / "peers.toml"
QUIET = {
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "ignore",
    "OPENAI_API_KEY": "none",
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "AGNO_TELEMETRY": "false",
    "OTEL_SDK_DISABLED": "true",
}
"""No peer reports to its maker while it is measured."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A peer; see ``peers.toml``."""

    name: str
    label: str
    specs: Sequence[str]
    stored: Sequence[str]
    root: Sequence[str]
    pip: Sequence[str] = ()
    skips: Collection[str] = ()
    environment: str = ""
    own: bool = False

    def python(self, cache: Path) -> str:
        """The interpreter it runs in: this one for Warmline, else one of its own environment."""
        return sys.executable if self.own else str(cache / "venvs" / (self.environment or self.name) / "bin" / "python")


def entries(names: Collection[str] = ()) -> dict[str, Entry]:
    """The peers with these names (all, if there are none), as the file orders them; ``Unmeasurable`` for one it does not have."""
    found = {name: Entry(name=name, **fields) for name, fields in tomllib.loads(FILE.read_text("utf-8")).items()}
    if unknown := [name for name in names if name not in found]:
        raise Unmeasurable(f"no peer is called {unknown[0]!r}; expected some of {', '.join(found)}")
    return {name: entry for name, entry in found.items() if not names or name in names}


def prepare(entry: Entry, known: dict[str, Entry], cache: Path, tell: Callable[[str], None]) -> None:
    """Make the environment of a peer, if it is not there; ``Unmeasurable`` if pip cannot."""
    owner = known.get(entry.environment, entry)
    folder = cache / "venvs" / owner.name
    made, wanted = folder / "made-with", "\n".join(owner.pip)
    if entry.own or (made.exists() and made.read_text() == wanted):
        return
    tell(f"== {owner.name}: pip install {' '.join(owner.pip)}")
    _run(sys.executable, "-m", "venv", "--clear", str(folder))
    _run(str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *owner.pip)
    made.write_text(wanted)


def versions(entry: Entry, cache: Path) -> dict[str, str]:
    """The versions of what a user of this peer installs."""
    named = [*entry.root, *(one.partition("==")[0] for one in entry.pip), "openai"]
    names = sorted({name.partition("[")[0] for name in named})
    script = (
        f"import json; from importlib.metadata import version; print(json.dumps({{name: version(name) for name in {names!r}}}))"
    )
    return json.loads(_run(entry.python(cache), "-c", script))


def surroundings() -> dict[str, str]:
    """The environment variables a peer runs under."""
    return {**os.environ, **QUIET}


def _run(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Unmeasurable(f"`{' '.join(command)}` failed with exit code {ran.returncode}:\n{ran.stderr.strip()[-800:]}")
    return ran.stdout
