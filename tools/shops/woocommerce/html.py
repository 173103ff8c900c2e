"""WordPress keeps texts as HTML; customers and models read words."""

import re
from html import unescape

_BREAK = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table)\b[^>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def words(html: str) -> str:
    """The text of a piece of HTML, its paragraphs as lines."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", html))))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
