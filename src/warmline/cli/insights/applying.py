"""How a patch becomes a policy: shown, agreed to, and written into a file that was not there."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from warmline.cli.exits import NOT_AS_ASKED, OK
from warmline.errors import UsageError

if TYPE_CHECKING:
    from warmline.evals.insights.patch import Patched

_VERSION = re.compile(r"-v\d+$")
"""What an earlier patch put behind a file's name."""


def apply_patch(new: "Patched", old: Path | None, output: Path | None, *, yes: bool, command: str) -> int:
    """Show the diff, ask, and write a new file; the policy in use stays as it is."""
    version = new.policy.version
    target = output or (
        old.with_name(f"{_VERSION.sub('', old.stem)}-v{version}.yaml") if old else Path(f"policy-v{version}.yaml")
    )
    if target.exists():
        raise UsageError(f"{str(target)!r} is there already, and no policy is written over; name a new file with --output")
    typer.echo(new.diff, err=True)
    if not (yes or _agreed(target, command)):
        typer.echo("Nothing was changed.", err=True)
        return NOT_AS_ASKED
    with target.open("x", encoding="utf-8") as stream:
        stream.write(new.text)
    typer.echo(f"{target} is written, version {version}. Use it: WARMLINE_POLICY={target}", err=True)
    return OK


def _agreed(target: Path, command: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(f"'{command}' asks before it writes a policy; without a terminal add --yes")
    return typer.confirm(f"Write {target}?")
