"""The command line. ``main`` is the entry point; everything heavy is imported by the command that needs it."""

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""For the encoder's small matrices numpy would keep all cores busy, each process for itself: up to twice the CPU of a message, on two."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``warmline`` with these arguments (by default the process's) and return its exit code; prints errors, raises none.

    ``--debug`` may stand anywhere before a ``--``: tracebacks are shown.
    """
    from .exits import SUITE_USAGE, USAGE, logging_to_stderr, run_safely

    for stream in (sys.stdout, sys.stderr):
        _forgive(stream)
    if argv is None:  # this process is ours
        os.environ.setdefault(*ONE_THREAD)
    arguments, debug = _without_debug(sys.argv[1:] if argv is None else list(argv))
    with logging_to_stderr(debug=debug):
        usage = SUITE_USAGE if arguments[:1] == ["eval"] else USAGE
        return run_safely(lambda: _invoke(arguments), debug=debug, usage=usage)


def _invoke(arguments: list[str]) -> int:
    import typer
    from typer.main import get_command

    from .app import app

    command = get_command(app)
    try:
        with command.make_context("warmline", arguments) as context:
            return command.invoke(context) or 0
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort as end:  # Ctrl-C or Ctrl-D at a question
        raise KeyboardInterrupt from end


def _forgive(stream: object) -> None:
    """What a terminal of another encoding cannot show becomes a question mark, not an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _without_debug(arguments: list[str]) -> tuple[list[str], bool]:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [word for word in arguments[:end] if word != "--debug"]
    return kept + arguments[end:], len(kept) < end
