"""docs/desk.md tells the truth: its example runs, its table has every verb, its diagram every move."""

import inspect
import re
from pathlib import Path
from typing import Any

from warmline import SupportAgent
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.lifecycle import LIFE_CYCLE
from warmline.agent.desk.moves import TOLD
from warmline.testing import MemoryShop

MANUAL = (Path(__file__).parents[3] / "docs" / "desk.md").read_text("utf-8")
VERBS = dict(re.findall(r"^\| `(\w+)(\(.*?\))[^|`]*(?:\\\|[^|`]*)?` \|", MANUAL, re.MULTILINE))


async def test_the_example_runs_as_it_is_printed() -> None:
    space: dict[str, Any] = {}
    for example in re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL):
        exec(compile(example, "desk.md", "exec"), space)  # noqa: S102 (our own manual)
    await space["main"]()
    async with SupportAgent(shop=MemoryShop()) as agent:
        await space["every_minute"](await agent.desk())


def test_every_verb_is_listed_with_the_arguments_it_takes() -> None:
    verbs = {name: method for name, method in vars(Desk).items() if not name.startswith("_") and callable(method)}
    assert set(VERBS) == set(verbs)
    for name, listed in VERBS.items():
        taken = set(inspect.signature(verbs[name]).parameters) - {"self"}
        assert {part.split("=")[0].strip() for part in listed.strip("()").split(",")} - {"*", ""} == taken, name


def test_the_diagram_has_every_way_from_one_state_to_another_and_no_other() -> None:
    drawn = {(one, other) for one, other in re.findall(r"^    (\w+) --> (\w+):", MANUAL, re.MULTILINE)}
    ways = {(one, other) for one, moves in LIFE_CYCLE.items() for other in moves.values() if one != other}
    shown = drawn | {("reopened", "merged"), ("waiting_for_customer", "merged")}
    assert shown == ways


def test_every_event_is_listed() -> None:
    assert [kind for kind in TOLD.values() if f"`{kind}`" not in MANUAL] == []
