"""How a command ends: its exit code, and for an error one clear line on stderr."""

import logging
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from warmline.errors import SettingsError, UsageError, WarmlineError

OK = 0
NOT_AS_ASKED = 1
USAGE = 2
SETTINGS = 3
SUITE_USAGE = 4
"""What USAGE is for ``warmline eval``, where 2 says that nothing could be measured."""

INTERRUPTED = 130
CLOSED_OUTPUT = 141

EXIT_CODES = """\b
Exit codes:
  0    done
  1    something is not as asked: a problem found, a line that could not be
       read, a case that is not there, a database that does not answer
  2    the command was not understood
  3    a setting cannot be used
  130  interrupted
  141  whoever read the output stopped reading"""


@runtime_checkable
class Misunderstood(Protocol):
    """What typer raises for a wrong option or argument (it keeps click's classes in a private place)."""

    exit_code: int

    def format_message(self) -> str:
        """What is wrong, in words."""
        ...


def run_safely(run: Callable[[], int], *, debug: bool, usage: int = USAGE) -> int:
    """The exit code of ``run``; whatever it raises becomes one line on stderr, or with ``debug`` a traceback above it.

    ``usage`` is the code for a command that was not understood.
    """
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        return _output_closed()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if debug:
            logging.getLogger("warmline.cli").exception("the command failed")
        code = complain(error)
        return usage if code == USAGE else code
    return code


def complain(error: Exception) -> int:
    """Print the error as one line and return the exit code that goes with it."""
    text, code = _judged(error)
    line = (
        text if text.startswith("Usage:") else f"warmline: {' '.join(text.split())}"
    )  # a bare command is answered with its help
    sys.stderr.write(f"{line}\n")
    return code


def _judged(error: Exception) -> tuple[str, int]:
    match error:
        case UsageError():
            return str(error), USAGE
        case SettingsError():
            return str(error), SETTINGS
        case WarmlineError():
            return str(error), NOT_AS_ASKED
        case OSError():
            where = f" {error.filename!r}" if error.filename else ""
            return f"could not use{where or ' a file'}: {error.strerror or error}", NOT_AS_ASKED
        case _:
            return _foreign(error)


def _foreign(error: object) -> tuple[str, int]:
    if isinstance(error, Misunderstood):
        message = error.format_message()
        return (message if message.startswith("Usage:") else f"{message} (see {_command(error)} --help)"), USAGE
    said = f"unexpected {type(error).__name__}: {error}"
    return f"{said}; this is a mistake of ours: run again with --debug and report it", NOT_AS_ASKED


def _command(error: object) -> str:
    context = getattr(error, "ctx", None)
    return getattr(context, "command_path", None) or "warmline"


def _output_closed() -> int:
    """The reader is gone: let the interpreter's last flush go nowhere instead of complaining."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return CLOSED_OUTPUT


class _OneLine(logging.Formatter):
    """A failure as one line: what, and the error's own words."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        said = f" ({type(error).__name__}: {error})" if error else ""
        return f"warmline: {' '.join((record.getMessage() + said).split())}"


@contextmanager
def logging_to_stderr(*, debug: bool) -> Generator[None]:
    """While the block runs, the library's own warnings are lines on stderr; with ``debug`` everything, with tracebacks."""
    log = logging.getLogger("warmline")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("warmline: %(message)s") if debug else _OneLine())
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if debug else logging.WARNING)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.level, log.propagate = before
