"""A database's error without what it was asked with: the values of a statement, and the row that PostgreSQL quotes, are customers' words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError


def said(error: "SQLAlchemyError") -> str:
    """What the database said, without its details."""
    orig = getattr(error, "orig", None) or error
    diagnosis = getattr(orig, "diag", None)  # psycopg's; empty when there was no server to say anything
    primary = getattr(diagnosis, "message_primary", None)
    text = str(orig) if diagnosis is not None else str(orig).partition("\n")[0]
    return str(primary or text or type(orig).__name__)


def unquoted(error: "SQLAlchemyError") -> "SQLAlchemyError":
    """The same error, fit for a log; whatever engine it comes from. It keeps its statement, and its driver's error, which is not chained."""
    if getattr(error, "orig", None) is not None:
        error.args = (f"({type(getattr(error, 'orig', None)).__name__}) {said(error)}",)
        error.__dict__["hide_parameters"] = True
        error.__cause__ = None
    return error
