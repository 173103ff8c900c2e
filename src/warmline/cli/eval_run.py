"""``warmline eval run``: suites are played, and the exit code says what came of them."""

from pathlib import Path
from typing import Annotated

import typer

from .eval_exits import EXIT_CODES, or_misused
from .options import Json, example

__all__ = ["EXAMPLES", "EXIT_CODES", "run"]

EXAMPLES = example(
    "warmline eval run evals/suites",
    "warmline eval run evals/suites --case 'refund[amount=489]' --trial 4",
    "warmline eval run evals/suites --tag refund --tier gate --json",
    "warmline eval run my_suites --agent my_shop.evals:make_agent",
    "warmline eval run evals/suites --live --max-cost 2 --price 0.40/1.60",
    "warmline eval run evals/suites --live --simulator gpt-4.1-mini --record recordings",
    "warmline eval run --resume .warmline-evals/5f0c1d2e3a4b.jsonl",
)

Paths = Annotated[list[Path] | None, typer.Argument(metavar="SUITES", help="Suites (*.eval.yaml), or folders of them.")]
Cases = Annotated[
    list[str] | None,
    typer.Option(
        "--case", metavar="ID", help="Only this case: an expanded id, the id before the bracket, or with *. Repeatable."
    ),
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only cases with this tag. Repeatable.")]
Tiers = Annotated[list[str] | None, typer.Option("--tier", metavar="TIER", help="Only gate, watch or quarantine. Repeatable.")]
Agent = Annotated[
    str | None, typer.Option("--agent", metavar="MODULE:FUNCTION", help="A function of a world that returns your SupportAgent.")
]


def run(
    paths: Paths = None,
    case: Cases = None,
    tag: Tags = None,
    tier: Tiers = None,
    agent: Agent = None,
    trials: Annotated[
        int | None, typer.Option("--trials", metavar="N", min=1, help="At most so many of each case: a quick look.")
    ] = None,
    trial: Annotated[int | None, typer.Option("--trial", metavar="N", min=1, help="Only this trial, shown turn by turn.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="The log (default: a new one in .warmline-evals).")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="FILE", help="Go on with a run that was broken off, by its log.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, max=64, help="Processes (default: by size and cores).")
    ] = None,
    at_once: Annotated[int, typer.Option("--at-once", metavar="N", min=1, max=256, help="Trials side by side in a process.")] = 8,
    live: Annotated[bool, typer.Option("--live", help="With the language model that is configured.")] = False,
    rate: Annotated[
        float | None, typer.Option("--rate", metavar="N", min=0.1, help="Requests to the model a minute, at most.")
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option("--max-cost", metavar="USD", min=0, help="Begin no trial once so much is spent; needs --price."),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option("--price", metavar="IN/OUT", help="Dollars per million tokens, such as 0.40/1.60 (or IN/OUT/CACHED)."),
    ] = None,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="DIR", help="Keep the model's answers there; with --live.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option("--replay", metavar="DIR", help="Take the model's answers from there; no key.")
    ] = None,
    simulator: Annotated[
        str | None,
        typer.Option("--simulator", metavar="MODEL", help="Let this model word what simulated customers say; with --live."),
    ] = None,
    json: Json = False,
) -> int:
    """Play suites and say what came of them.

    Without a key the embedded model plays, the same way every time. 3 trials of a case, and after any failure 8; of a critical one 8.
    """
    from .eval_running import play
    from .eval_wanted import Wanted

    wanted = Wanted(
        paths=tuple(paths or ()),
        cases=tuple(case or ()),
        tags=tuple(tag or ()),
        tiers=tuple(tier or ()),
        agent=agent,
        trials=trials,
        trial=trial,
        output=output,
        resume=resume,
        jobs=jobs,
        at_once=at_once,
        live=live,
        rate=rate,
        max_cost=max_cost,
        price=price,
        record=record,
        replay=replay,
        simulator=simulator,
        json=json,
    )
    return or_misused(lambda: play(wanted))
