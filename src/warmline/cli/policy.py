"""``warmline policy``: check a policy, show it, explain a decision, compare two policies."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import policy_diff, policy_explain
from .exits import NOT_AS_ASKED, OK
from .options import Json, example

if TYPE_CHECKING:
    from warmline.agent.guard.findings import Misplaced
    from warmline.agent.guard.policy_file import Examined

commands = typer.Typer(
    help="The policy: who serves which message, as data you own (docs/policy.md).",
    epilog=example(
        "warmline policy show > mine.yaml",
        "warmline policy check mine.yaml",
        'warmline policy explain "Where is my order?" --as C-1001 --policy mine.yaml',
        "warmline policy diff old.yaml mine.yaml --input messages.jsonl",
    ),
    no_args_is_help=True,
)
commands.command("explain", epilog=policy_explain.EXAMPLES)(policy_explain.explain)
commands.command("diff", epilog=policy_diff.EXAMPLES)(policy_diff.diff)


@commands.command("check", epilog=example("warmline policy check mine.yaml", "warmline policy check mine.yaml --json"))
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="The policy, in YAML.")], json: Json = False) -> int:
    """Say whether a policy can be used.

    And if not, every mistake with its line, its column and what was meant; the exit code is 1 then.
    """
    from warmline.agent.guard.policy import text_of
    from warmline.agent.guard.policy_file import examine_policy

    from .screen import print_json

    _must_exist(file)
    examined = examine_policy(file.name, text_of(file))
    if json:
        print_json(_as_json(examined))
    else:
        _say(examined)
    return OK if examined.policy else NOT_AS_ASKED


@commands.command("show", epilog=example("warmline policy show > mine.yaml", "warmline policy show mine.yaml"))
def show(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Another policy than the shipped one.")] = None,
) -> None:
    """Print a policy as YAML: the shipped one, to start your own from."""
    from warmline.agent.guard.policy import default_file, text_of
    from warmline.agent.guard.policy_file import read_policy

    if file is not None:
        _must_exist(file)
    source = text_of(file or default_file())
    read_policy(file.name if file else "default", source)
    typer.echo(source, nl=False)


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise typer.BadParameter(f"{str(file)!r} is no file; name a policy in YAML", param_hint="FILE")


def _say(examined: "Examined") -> None:
    found, policy = examined.findings, examined.policy
    for one in found.mistakes:
        typer.echo(f"mistake: {one}")
    for one in found.warnings:
        typer.echo(f"warning: {one}")
    if policy is None:
        typer.echo(f"{_counted(len(found.mistakes), 'mistake')}, {_counted(len(found.warnings), 'warning')}: it cannot be used")
        return
    counts = [_counted(len(policy.rules), "rule"), _counted(len(policy.queues), "queue")]
    typer.echo(f"ok: {policy.stamp}, {', '.join(counts)}, {_counted(len(found.warnings), 'warning')}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _as_json(examined: "Examined") -> dict[str, object]:
    policy = examined.policy
    return {
        "ok": policy is not None,
        "policy": policy.stamp if policy else None,
        "rules": len(policy.rules) if policy else None,
        "queues": len(policy.queues) if policy else None,
        "mistakes": [_place(one) for one in examined.findings.mistakes],
        "warnings": [_place(one) for one in examined.findings.warnings],
    }


def _place(one: "Misplaced") -> dict[str, object]:
    return {"line": one.line, "column": one.column, "problem": one.problem}
