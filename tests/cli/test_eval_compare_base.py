"""``warmline eval compare --base-rev``: the base is really played again, from a worktree that is gone afterwards."""

import subprocess
from pathlib import Path

import pytest
from support.eval_runs import a_case, as_log
from support.shell import Shell

from warmline.evals.results import SuiteInfo

SUITE = """\
suite: orders
schema: 1
cases:
  - id: where-is-it
    world: {as: C-1001}
    trials: {n: 1}
    say: Where is my order W-10432?
    expect:
      route: {to: bot}
      tools: {calls: [{name: get_order, args: {order_number: W-10432}}]}
"""
WORKS = "from warmline.evals.world import usual_agent as make_agent\n"
FINDS_NOTHING = """\
from warmline import SupportAgent
from warmline.testing import MemoryShop, an_order

def make_agent(world):
    shop = MemoryShop(orders=[an_order(number="W-1")])
    return SupportAgent(shop=shop, model=world.model, store=world.store, guard=world.guard, clock=world.clock)
"""


def git(*words: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    done = subprocess.run(["git", *who, *words], check=True, capture_output=True, text=True)  # noqa: S607 (git, as it is found)
    return done.stdout


def a_repository(folder: Path, *, base: str) -> None:
    """A host's repository whose last commit has this agent, and whose next one will break it."""
    (folder / "evals").mkdir()
    (folder / "evals" / "orders.eval.yaml").write_text(SUITE)
    (folder / "my_agent.py").write_text(base)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "base")
    (folder / "my_agent.py").write_text(FINDS_NOTHING)


def logged(name: str, letters: str) -> None:
    suites = (SuiteInfo(name="orders", file="evals/orders.eval.yaml", digest="1"),)
    case = a_case("where-is-it", letters, suite="orders")
    text = as_log(case, mode="embedded", deterministic=True, agent="my_agent:make_agent", suites=suites, model="embedded")
    Path(name).write_text(text)


@pytest.mark.parametrize(
    ("base", "word", "said"),
    [(WORKS, "REGRESSION", "base re-run 1/1"), (FINDS_NOTHING, "FAIL", "base re-run 0/1")],
    ids=["the base passes", "the base fails too"],
)
def test_the_word_regression_needs_a_base_that_passes(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str, word: str, said: str
) -> None:
    repository = tmp_path / "host"
    repository.mkdir()
    monkeypatch.chdir(repository)
    a_repository(repository, base=base)
    logged("good.jsonl", "+")
    logged("bad.jsonl", "x")
    assert shell("eval", "bless", "good.jsonl").code == 0
    ran = shell("eval", "compare", "eval-baseline.json", "bad.jsonl", "--base-rev", "HEAD")
    assert (ran.code, ran.err) == (1, "trying 1 case again on HEAD\n")
    assert ran.out.startswith(f"{word}  ")
    assert said in ran.out
    assert git("worktree", "list").count("\n") == 1
    assert (repository / "my_agent.py").read_text() == FINDS_NOTHING
