"""Writing a text in the person's own editor."""

import shlex
import subprocess
import tempfile
from pathlib import Path

from warmline.errors import DeskError, SettingsError

HINT = "Lines that start with # are left out; an unchanged draft is not sent."


def edit(draft: str, *, note: str, editor: str) -> str:
    """What the person made of ``draft``, without the lines of ``note``; raises if the editor cannot be run or gives up."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder:
        file = Path(folder) / "reply.md"
        file.write_text(f"{draft}\n\n# {' '.join(note.split())}\n# {HINT}\n", encoding="utf-8", errors="replace")
        _open(editor, file)
        written = file.read_text(encoding="utf-8", errors="replace")
    return "\n".join(line for line in written.splitlines() if not line.startswith("#")).strip()


def _open(editor: str, file: Path) -> None:
    try:
        code = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603 (the person's own choice)
    except (OSError, ValueError) as error:
        raise SettingsError(f"EDITOR: {editor!r} cannot be run ({error}); name another, or give the text itself") from error
    if code != 0:
        raise DeskError(f"the editor {editor!r} ended with code {code}; nothing was sent")
