"""The database drivers that a plain install does not bring."""

from warmline.errors import SettingsError


def missing_driver(error: ImportError) -> SettingsError:
    """What to do about a driver that is not installed, or is there and finds no library of PostgreSQL's."""
    if error.name is None or error.name.startswith("psycopg"):
        return SettingsError("a database on PostgreSQL needs its driver: pip install 'warmline[postgres]'")
    return SettingsError(f"this database needs the package {error.name!r}: pip install {error.name}")
