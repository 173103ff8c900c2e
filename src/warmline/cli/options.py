"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from warmline.errors import UsageError

Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Where the data lives (default: $WARMLINE_HOME, or your user data folder)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a machine to read.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who you are at the desk (default: $WARMLINE_NAME, or your login name)."),
]
Store = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="The database (default: $WARMLINE_DATABASE_URL, or warmline.db in the home)."),
]
CaseId = Annotated[str, typer.Argument(metavar="ID", help="The case, such as K-7F3QXM.")]


def example(*lines: str) -> str:
    """An epilog that shows how a command is used; kept as it is written."""
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])


def login_name() -> str:
    """Who is at the keyboard; ``UsageError`` in a container without a user of that number."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError) as error:
        raise UsageError("who you are is not known; say it with --by NAME or WARMLINE_NAME") from error
