"""The customer's own words out of a ticket: no markup, no quoted history, no signature."""

import re
from collections.abc import Sequence
from html import unescape

from warmline.agent.guard.text import clean
from warmline.evals.suite_files.importing import Redaction

LONGEST = 2_000
"""Characters of a ticket that are read; of a longer one the beginning (the guard looks no further either)."""

_HTML = re.compile(r"<(?:p|div|br|span|table|html|body|ul|a)\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,2000}>")
_QUOTED = re.compile(
    r"^(?:>.*|-{2,}\s*original message\s*-{2,}.*|_{10,}|on .{5,120} wrote:|am .{5,120} schrieb.*:|le .{5,120} a écrit\s*:|el .{5,120} escribió:"
    r"|(?:from|von|de|da|van): .{3,120}@.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^(?:-- ?|sent from my .*|von meinem .* gesendet|envoyé de mon .*|enviado desde mi .*)$", re.IGNORECASE | re.MULTILINE
)
_CLOSING = re.compile(
    r"(\b(?:kind |best |warm )?regards|\bbest wishes|\bsincerely|\bcheers|\bthank you|\bthanks|\bmany thanks|\bmit freundlichen grüßen|\bviele grüße"
    r"|\bcordialement|\bsaludos|\bcordiali saluti|\bgroeten)[,.! ]*\n+\s*([^\n]{2,40})\s*$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:https?://|www\.)\S*[^\s.,;:!?)\]\"']", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![\w@.-])#?\d[\d-]{4,}\d(?!\w)|(?<=#)\d{4,}\b")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Japanese and Chinese, whose words have no blanks between them."""

_BLANKS = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r" *\n\s*")


def spoken(subject: str, body: str) -> str:
    """What the customer said: the subject, unless the words begin with it, and the words."""
    body = _without_history(_without_markup(body))
    subject = re.sub(r"^(?:\s*(?:re|fwd?|aw|wg)\s*:)+", "", subject, flags=re.IGNORECASE).strip()
    if subject and not body.casefold().startswith(subject.casefold().rstrip(".…")):
        body = f"{subject}\n{body}"
    return clean(body[:LONGEST])


def redacted(text: str, customer: str = "") -> str:
    """The words without what names a person: what an imported conversation loses, and links, long numbers, the customer's name, a signature.

    Other names, and whatever a customer tells of themselves in words, stay: somebody has to read it before it is shared.
    """
    text = _CLOSING.sub(r"\1", text)
    text = Redaction().of(_LINK.sub("[link]", text))
    text = _LONG_NUMBER.sub(lambda found: found.group() if found.group().startswith("1-555") else "90001", text)
    return _without_name(text, re.findall(r"[^\W_]+", customer.partition("@")[0])).strip()


def _without_name(text: str, parts: Sequence[str]) -> str:
    """The text without a name: all of it in a row, and each of its parts. Of two letters ("Li") a part goes only where it begins with a capital."""
    if len(parts) > 1:
        whole = r"[\W_]+".join(map(re.escape, parts))
        text = re.sub(_as_a_word(whole, parts), "[name]", text, flags=re.IGNORECASE)
    for part in parts:
        if len(part) > 2 or (len(part) == 2 and _UNSPACED.search(part)):
            text = re.sub(_as_a_word(re.escape(part), [part]), "[name]", text, flags=re.IGNORECASE)
        elif len(part) == 2 and part.isalpha():
            text = re.sub(rf"\b(?:{part.capitalize()}|{part.upper()})\b", "[name]", text)
    return text


def _as_a_word(pattern: str, parts: Sequence[str]) -> str:
    return pattern if any(map(_UNSPACED.search, parts)) else rf"\b{pattern}\b"


def _without_markup(text: str) -> str:
    if _HTML.search(text):
        text = unescape(_TAG.sub(" ", _BREAKS.sub("\n", _UNSEEN.sub(" ", text))))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _without_history(text: str) -> str:
    """What stands above the first quoted line or signature; all of it if nothing does."""
    cuts = [found.start() for pattern in (_QUOTED, _SIGNATURE) if (found := pattern.search(text)) and found.start() > 0]
    return text[: min(cuts)].strip() if cuts else text
