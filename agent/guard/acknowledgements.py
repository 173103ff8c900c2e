"""What a policy says the customer reads: checked when the policy is read, so that it cannot fail when it is needed."""

from string import Formatter

from warmline.prompts import sections

from .decision import Acknowledgement
from .findings import Findings
from .language import LANGUAGES
from .names import did_you_mean
from .yaml_node import Node

FILE = "desk"
PREFIX = "ack_"
PLACEHOLDERS = frozenset({"case", "when"})


def read_acknowledgement(node: Node, findings: Findings) -> Acknowledgement:
    """A section of prompts/desk.md, or texts by language; mistakes inside a mapping are noted, each of them."""
    if not isinstance(node.value, dict):
        return _section(node)
    entries = node.entries()
    if not entries:
        raise node.error("no text: write one for each language, such as en: Thank you. Your case is {case}.")
    for language, (key, text) in entries.items():
        if language not in LANGUAGES:
            findings.mistakes.append(key.error(f"unknown language {language!r}: there is {', '.join(LANGUAGES)}"))
        with findings.noted():
            _check_text(text)
    return {language: str(text.value) for language, (_, text) in entries.items()}


def _section(node: Node) -> str:
    known = [name for name in sections(FILE) if name.startswith(PREFIX)]
    name = node.text()
    if name not in known:
        problem = f"prompts/desk.md has no acknowledgement {name!r}: {did_you_mean(name, known)}"
        raise node.error(f"{problem} Or write your own texts by language: {{en: …, de: …}}")
    return name


def _check_text(node: Node) -> None:
    text = node.text()
    if not text.strip():
        raise node.error("the text is empty: the customer would read nothing")
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise node.error(f"a brace stands alone ({error}): write {{{{ or }}}} for a brace") from error
    if unknown := sorted(names - PLACEHOLDERS):
        raise node.error(f"unknown placeholder {unknown[0]!r}: {did_you_mean(unknown[0], PLACEHOLDERS)}")
