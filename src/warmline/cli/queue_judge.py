"""``warmline queue judge``: whether a case should have come to a person, said by who knows."""

from typing import TYPE_CHECKING, Annotated

import typer

from .options import By, CaseId, Home, Json, example
from .queue_desk import Note, Seat, tell

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Desk
    from warmline.agent.desk.lifecycle import Verdict

commands = typer.Typer()
_SAID = {
    "missed": "it should have come to a person sooner",
    "needless": "the agent could have done it",
    "right": "it was right that it came to a person",
}


@commands.command(
    "judge",
    epilog=example("warmline queue judge K-7F3QXM needless", "warmline queue judge K-7F3QXM missed --note 'asked twice'"),
)
def judge(
    case_id: CaseId,
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="missed, needless or right.")],
    note: Note = "",
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say whether a case should have come to a person, open or closed.

    missed: it should have come sooner; needless: the agent could have done it; right: neither. The newest verdict holds, and
    'warmline insights review' counts it.
    """
    said = _verdict(verdict)
    seat = Seat(by, home)

    async def say(desk: "Desk") -> "Case":
        return await desk.judge(case_id, said, by=seat.person, note=note)

    case = seat.do(say)
    tell(case, f"{case.id}: {_SAID[said]}. Noted; 'warmline insights review' counts it.", json=json)


def _verdict(word: str) -> "Verdict":
    from typing import cast

    if word not in _SAID:
        raise typer.BadParameter(f"{word!r} is no verdict; expected missed, needless or right", param_hint="VERDICT")
    return cast("Verdict", word)
