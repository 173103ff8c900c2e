"""What the operator sets, read from the environment once and checked; nothing else in the library reads ``os.environ``.

    WARMLINE_HOME          where the data lives; the platform's user data folder unless set (XDG_DATA_HOME or LOCALAPPDATA, if they are)
    WARMLINE_DATABASE_URL  the conversations' database, SQLite or PostgreSQL; ``warmline.db`` in the home unless set
    WARMLINE_MODEL         the language model's name
    WARMLINE_SHOP          which shop is served: ``demo``, an adapter's name or ``module:function``; its own variables are its adapter's
    WARMLINE_HELPDESK      the help desk the shop keeps: ``zendesk`` or ``gorgias``; its own variables are its adapter's (docs/helpdesks.md)
    WARMLINE_MARKETING     who signs customers up: ``klaviyo``, or the shop itself unless set (docs/marketing.md)
    WARMLINE_MCP           a file of MCP servers whose tools the agent may use (docs/mcp.md)
    WARMLINE_POLICY        a policy file of your own
    WARMLINE_WEBHOOK_SECRET  what events posted by ``warmline outbox deliver`` are signed with
    OPENAI_API_KEY         the key for OpenAI or a compatible server
    OPENAI_BASE_URL        a compatible server, such as ``http://localhost:11434/v1``
    WARMLINE_DIRECT        ``yes``: the model is asked past most of the SDK (docs/performance.md); ``no`` unless set
    WARMLINE_NAME          who you are at the desk; your login name unless set
    VISUAL, EDITOR         what ``warmline queue reply --edit`` opens

A variable that is empty counts as not set.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .errors import SettingsError

DEFAULT_MODEL = "gpt-4.1-mini"
"""The model when a key is set and no name: it calls tools well and answers at once. A server of one's own has its own names."""

OPENAI_URL = "https://api.openai.com/v1"
DEFAULT_EDITOR = "vi"
DEMO = "demo"
"""The shop that is served unless another is chosen."""

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class BadSetting(SettingsError):
    """A variable that cannot be used; ``variable`` is its name, ``said`` what is wrong with it."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")
        self.variable = variable
        self.said = message


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The operator's choices. ``variables`` are all that begin ``WARMLINE_``: adapters read theirs from them. Secrets stay out of ``repr``."""

    home: Path
    database_url: str = field(repr=False)
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str | None = None
    direct: bool = False
    shop: str = DEMO
    variables: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    policy: Path | None = None
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    name: str | None = None
    editor: str = DEFAULT_EDITOR

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, home: Path | None = None) -> "Settings":
        """The settings in these variables, or in this process's; ``home`` wins over WARMLINE_HOME.

        Raises ``BadSetting`` for the first variable that cannot be used.
        """
        given = {name: value.strip() for name, value in (os.environ if environ is None else environ).items()}
        place = _home(given) if home is None else _usable_home("--home", home)
        key, base_url = _key(given.get("OPENAI_API_KEY") or ""), _base_url(given.get("OPENAI_BASE_URL") or "")
        return cls(
            home=place,
            database_url=_database_url(given.get("WARMLINE_DATABASE_URL") or "", place),
            api_key=key,
            base_url=base_url,
            model=_model(given.get("WARMLINE_MODEL") or "", key=key, base_url=base_url),
            direct=_yes_or_no("WARMLINE_DIRECT", given.get("WARMLINE_DIRECT") or "no"),
            shop=given.get("WARMLINE_SHOP") or DEMO,
            variables={name: value for name, value in given.items() if name.startswith("WARMLINE_") and value},
            policy=_policy(given.get("WARMLINE_POLICY") or ""),
            webhook_secrets=tuple((given.get("WARMLINE_WEBHOOK_SECRET") or "").split()),
            name=given.get("WARMLINE_NAME") or None,
            editor=given.get("VISUAL") or given.get("EDITOR") or DEFAULT_EDITOR,
        )

    @classmethod
    def examined(
        cls, environ: Mapping[str, str] | None = None, *, home: Path | None = None
    ) -> "tuple[Settings, list[BadSetting]]":
        """The settings as if what cannot be used were not set, and what is wrong with it; for ``warmline doctor``."""
        given = dict(os.environ if environ is None else environ)
        faults: list[BadSetting] = []
        while True:
            try:
                return cls.from_env(given, home=home), faults
            except BadSetting as fault:
                faults.append(fault)
                if fault.variable == "--home":
                    home = None
                elif given.pop(fault.variable, None) is None:
                    given.pop("OPENAI_BASE_URL", None)  # it wants a model's name, which is not set

    @property
    def shop_file(self) -> Path:
        """The demo shop's database."""
        return self.home / "shop.db"

    @property
    def labels(self) -> Path:
        """The folder return labels are written to."""
        return self.home / "labels"

    @property
    def replies(self) -> Path:
        """The folder of replies at the desk that are being written or could not be sent."""
        return self.home / "replies"

    @property
    def history_file(self) -> Path:
        """What was typed in ``warmline chat``, for the arrow keys."""
        return self.home / "history"

    @property
    def helpdesk(self) -> str | None:
        """The help desk the shop keeps for itself, if one is named."""
        return self.variables.get("WARMLINE_HELPDESK") or None

    @property
    def server(self) -> str:
        """The model's server, without a password that may stand in its URL."""
        parts = urlsplit(self.base_url or OPENAI_URL)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    @property
    def embedded(self) -> bool:
        """Whether there is no language model to talk to, so that the embedded one serves."""
        return self.api_key is None and self.base_url is None


def _home(given: Mapping[str, str]) -> Path:
    if value := given.get("WARMLINE_HOME"):
        return _usable_home("WARMLINE_HOME", Path(value))
    return _data_folder(given) / "warmline"


def _data_folder(given: Mapping[str, str]) -> Path:
    """Where the programs of this user keep what they make: the XDG Base Directory Specification, or what Apple and Microsoft say."""
    chosen, home = Path(given.get("XDG_DATA_HOME") or ""), os.path.expanduser("~")  # noqa: PTH111 (a user without a home is no error)
    if sys.platform == "win32":
        return Path(given.get("LOCALAPPDATA") or f"{home}/AppData/Local")
    if chosen.is_absolute():  # relative ones are to be ignored
        return chosen
    return Path(home, "Library/Application Support" if sys.platform == "darwin" else ".local/share")


def _usable_home(variable: str, path: Path) -> Path:
    try:
        home = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (resolve() would follow links the operator made)
    except RuntimeError as error:
        raise BadSetting(variable, f"{str(path)!r} names no user's home; give a folder such as /var/lib/warmline") from error
    if "?" in str(home) or "\0" in str(home):
        raise BadSetting(variable, f"{str(home)!r} has a sign that database URLs cannot hold; choose a folder without '?'")
    if home.exists() and not home.is_dir():
        raise BadSetting(variable, f"{str(home)!r} is a file; expected a folder for the databases, so name one")
    return home


def _database_url(value: str, home: Path) -> str:
    if not value:
        return f"sqlite:///{home / 'warmline.db'}"
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in _DRIVERS:
        # what stands behind the scheme may hold a password
        raise BadSetting(
            "WARMLINE_DATABASE_URL",
            f"expected sqlite:///path/to/file.db or postgresql://user@host/name, got one that starts {(scheme if separator else '')!r}",
        )
    return f"{_DRIVERS[scheme]}://{rest}"


def _yes_or_no(variable: str, text: str) -> bool:
    if text.casefold() not in ("yes", "no"):
        raise BadSetting(variable, f"expected yes or no, got {text!r}")
    return text.casefold() == "yes"


def _key(value: str) -> str | None:
    if not value.isascii() or any(char.isspace() or not char.isprintable() for char in value):
        raise BadSetting("OPENAI_API_KEY", "holds spaces or signs no key has; copy it again, without quotes")
    return value or None


def _base_url(value: str) -> str | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        shown = value if "@" not in value else "one with a user name in it"
        raise BadSetting(
            "OPENAI_BASE_URL", f"expected a URL such as http://localhost:11434/v1, got {shown!r}; it starts http:// or https://"
        )
    return value.rstrip("/")


def _model(value: str, *, key: str | None, base_url: str | None) -> str | None:
    if value:
        return value
    if base_url is not None:
        raise BadSetting(
            "WARMLINE_MODEL", "is not set; with OPENAI_BASE_URL set, name a model of that server (its /models lists them)"
        )
    return DEFAULT_MODEL if key is not None else None


def _policy(value: str) -> Path | None:
    if not value:
        return None
    path = Path(value).expanduser()
    if not path.is_file():
        raise BadSetting("WARMLINE_POLICY", f"{value!r} is no file; expected a policy in YAML, or leave it unset for the default")
    return path
