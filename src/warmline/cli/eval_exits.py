"""How the commands around suites end: their own exit codes, and every mistake in a suite on a line of its own."""

from collections.abc import Callable

import typer

from warmline.errors import SettingsError, UsageError

MISUSED = 4

EXIT_CODES = """\b
Exit codes:
  0    every case that gates passed
  1    a case that gates failed
  2    not measured: the model, a judge, a recording or the simulation failed
  3    the spend ceiling was reached
  4    a suite or an option cannot be used
  130  interrupted; --resume goes on"""


def or_misused(work: Callable[[], int]) -> int:
    """The exit code of ``work``; a suite or an option that cannot be used is told, and is 4."""
    from warmline.evals.errors import SuiteError

    try:
        return work()
    except SuiteError as error:
        for line in str(error).split(";\n"):
            typer.echo(f"warmline: {line}", err=True)
    except (UsageError, SettingsError) as error:
        typer.echo(f"warmline: {' '.join(str(error).split())}", err=True)
    return MISUSED
