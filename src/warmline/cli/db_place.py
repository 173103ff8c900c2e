"""Which database a command is about: the configured one, or that of ``--store``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from warmline.errors import UsageError

if TYPE_CHECKING:
    from warmline.settings import Settings


def settings_for(home: Path | None, url: str | None) -> "Settings":
    """The settings, with the database of ``--store`` if it is given."""
    from warmline.settings import Settings

    return with_store(Settings.from_env(home=home), url)


def with_store(settings: "Settings", url: str | None) -> "Settings":
    """These settings with the database of ``--store``, if it is given."""
    from warmline.settings import BadSetting, Settings

    if url is None:
        return settings
    try:
        given = Settings.from_env({"WARMLINE_DATABASE_URL": url}, home=settings.home)
    except BadSetting as error:
        raise UsageError(f"--store: {error.said}") from error
    return replace(settings, database_url=given.database_url)


def shown(settings: "Settings") -> str:
    """The database's URL without its password."""
    from sqlalchemy import make_url

    from .assembly import usable_url

    with usable_url():
        return make_url(settings.database_url).render_as_string(hide_password=True)
