"""Writing a text in the person's own editor, in a file that keeps it until it is sent."""

import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from warmline.errors import DeskError, SettingsError

LINE = "# ---------- from here on nothing is sent ----------"
HINT = "An unchanged draft is not sent without a question. Empty the file to send nothing."
_UNFIT = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Kept:
    """The reply of one person to one case while it is being written, or when it could not be sent."""

    file: Path

    @classmethod
    def of(cls, folder: Path, case_id: str, person: str) -> "Kept":
        """Where it is kept."""
        return cls(folder / f"{_fit(case_id.strip().upper())}-{_fit(person)}.md")

    def read(self) -> str:
        """What was written so far; nothing if nothing is kept."""
        try:
            return _above(self.file.read_text(encoding="utf-8", errors="replace"))
        except FileNotFoundError:
            return ""

    def keep(self, text: str) -> None:
        """Write it down, for its owner alone."""
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file.touch(mode=0o600)
        self.file.write_text(text, encoding="utf-8", errors="replace")

    def add(self, text: str) -> None:
        """Write it down beneath what is kept already; nothing is written twice."""
        before = self.read()
        if text.strip() not in before:
            self.keep(f"{before}\n\n{text.strip()}\n".lstrip())

    def drop(self) -> None:
        """It was sent, or there is nothing to keep."""
        self.file.unlink(missing_ok=True)


def edit(kept: Kept, draft: str, *, notes: list[str], editor: str) -> str:
    """What the person made of ``draft``. The file has it whatever happens afterwards; raises if the editor cannot be run or gives up."""
    below = [LINE, *(f"# {' '.join(note.split())}" for note in (*notes, HINT))]
    kept.keep("\n".join([draft, "", *below, ""]))
    try:
        _open(editor, kept.file)
    finally:
        written = kept.read()
        words = "\n".join(line for line in written.splitlines() if line not in below).strip()
        if words in ("", draft.strip()):
            kept.drop()
        else:
            kept.keep(f"{words}\n")
    return words


def _above(text: str) -> str:
    """What stands above the line."""
    return text.partition(LINE)[0].strip()


def _fit(name: str) -> str:
    """A name as a piece of a file's name."""
    return _UNFIT.sub("_", name).strip(".") or "_"


def _open(editor: str, file: Path) -> None:
    try:
        code = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603 (the person's own choice)
    except (OSError, ValueError) as error:
        raise SettingsError(f"EDITOR: {editor!r} cannot be run ({error}); name another, or give the text itself") from error
    if code != 0:
        raise DeskError(f"the editor {editor!r} ended with code {code}; nothing was sent")
