"""Every word that reaches a model and every fixed sentence that reaches a customer, as Markdown beside this file.

A file is a list of sections: ``## name`` and the text below it. A placeholder is ``{name}``; ``render`` must be given exactly the
placeholders of the section. A doubled brace is a brace.
"""

import re
from functools import cache
from importlib import resources
from string import Formatter

from warmline.errors import UsageError

_HEADING = re.compile(r"^## (?P<name>\S+)[ \t]*$", re.MULTILINE)


@cache
def sections(file: str) -> dict[str, str]:
    """The sections of ``prompts/<file>.md`` by name, in order."""
    text = resources.files(__name__).joinpath(f"{file}.md").read_text("utf-8")
    parts = _HEADING.split(text)[1:]
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


@cache
def placeholders(file: str, section: str) -> frozenset[str]:
    """The names a section's text must be given."""
    return frozenset(name for _, name, _, _ in Formatter().parse(_section(file, section)) if name)


def render(file: str, section: str, /, **values: object) -> str:
    """A section's text with its placeholders filled; ``UsageError`` if one is missing or unknown."""
    wanted = placeholders(file, section)
    if wanted != values.keys():
        raise UsageError(f"prompts/{file}.md ## {section} takes {sorted(wanted)}, was given {sorted(values)}")
    return _section(file, section).format(**values)


def _section(file: str, section: str) -> str:
    try:
        return sections(file)[section]
    except KeyError:
        raise UsageError(f"prompts/{file}.md has no section {section!r}; it has {sorted(sections(file))}") from None
