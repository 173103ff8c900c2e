"""What a database refuses, in words that say what to do."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.tools.unquoted import said

_WENT_AWAY = "the server went away meanwhile; whether this was stored is not known, send the message again"
_EXPLAINED = {
    "deadlock": "two transactions waited for each other; nothing was changed, try again",
    "locked": "it is locked by another process; close that process or try again",
    "readonly": "it is read-only; give the file and its folder write permission",
    "read-only": "it is read-only; give the file and its folder write permission",
    "is full": "the disk is full; make room and try again",
    "no space left": "the disk is full; make room and try again",
    "unable to open": "it cannot be opened; check that the folder exists and may be written",
    "not a database": "the file is not a database; move it away or name another",
    "malformed": "the file is damaged; restore it from a backup",
    "closed the connection": _WENT_AWAY,
    "idle-in-transaction": "this process stood still in the middle of it, and the server ended it; nothing was stored, try again",
    "terminating connection": _WENT_AWAY,
    "starting up": "the server is starting; try again in a moment",
    "not yet accepting": "the server is starting; try again in a moment",
    "recovery mode": "the server is recovering from a crash; try again in a moment",
    "shutting down": "the server is being stopped; try again when it is back",
    "connection refused": "nothing answers there; start PostgreSQL, or correct the host and port of the URL",
    "password authentication": "the server does not accept this user and password; correct the URL",
    "permission denied": "this user may not do that; grant it, or run the command as the tables' owner",
}


def explain(error: Exception, engine: AsyncEngine) -> str:
    """A database error as one sentence that says what to do; it quotes nothing of what was to be stored."""
    cause = said(error) if isinstance(error, SQLAlchemyError) else str(error)
    name = engine.url.database or engine.url.render_as_string(hide_password=True)
    for sign, sentence in _EXPLAINED.items():
        if sign in cause.casefold():
            return f"the store {name!r} could not be used: {sentence} ({cause})"
    return f"the store {name!r} could not be used: {cause}"
