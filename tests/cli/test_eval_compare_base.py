"""``warmline eval compare --base-rev``: the base is really played again, from a worktree that is gone afterwards."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.eval_runs import a_case, as_log
from support.model_here import model_here
from support.shell import Shell

from warmline.evals.results import SuiteInfo

SUITE = """\
suite: orders
schema: 1
defaults: {trials: {n: 1}}
cases:
  - id: where-is-it
    world: {as: C-1001}
    say: Where is my order W-10432?
    expect: {tools: {calls: [{name: get_order, args: {order_number: W-10432}}]}}
  - id: never-was-so
    world: {as: C-1001}
    say: Where is my order W-10432?
    expect: {tools: {calls: [{name: start_return}]}}
"""
WORKS = "from warmline.evals.worlds.world import usual_agent as make_agent\n"
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


def a_repository(folder: Path) -> None:
    """A host's repository: the agent of its last commit works, the one in the making does not."""
    (folder / "evals").mkdir(parents=True)
    (folder / "evals" / "orders.eval.yaml").write_text(SUITE)
    (folder / "my_agent.py").write_text(WORKS)
    os.chdir(folder)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "base")
    (folder / "my_agent.py").write_text(FINDS_NOTHING)


def logged(name: str, letters: str, **how: Any) -> None:
    suites = (SuiteInfo(name="orders", file="evals/orders.eval.yaml", digest="1"),)
    cases = [a_case(one, letters, suite="orders") for one in ("where-is-it", "never-was-so")]
    usual: dict[str, Any] = {"mode": "embedded", "deterministic": True, "agent": "my_agent:make_agent", "suites": suites}
    Path(name).write_text(as_log(*cases, **{**usual, **how}))


def test_live_the_base_is_asked_again_before_the_word_regression(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    a_repository(tmp_path / "host")
    Path("evals/orders.eval.yaml").write_text(SUITE.replace("trials: {n: 1}", "trials: {n: 8}"))
    again = ("--live", "--rate", "6000")
    logged("good.jsonl", "+" * 10, mode="live", deterministic=False, again=again)
    logged("bad.jsonl", "x" * 8, mode="live", deterministic=False, again=again)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-real-key-1234567890")
    monkeypatch.setenv("WARMLINE_MODEL", "here-1")
    assert shell("eval", "bless", "good.jsonl").code == 0
    with model_here() as here:
        monkeypatch.setenv("OPENAI_BASE_URL", here.url)
        ran = shell("eval", "compare", "eval-baseline.json", "bad.jsonl", "--base-rev", "HEAD")
    assert ran.code == 1, ran.out + ran.err
    assert ran.out.startswith("REGRESSION  1 case became worse: where-is-it (10/10 → 0/8, p")
    assert "base re-run 8/8" in ran.out.splitlines()[0]
    assert "  base fails too  never-was-so (10/10 → 0/8, p" in ran.out
    assert len(here.asked) == 2 * 8 * 2
    assert {asked["model"] for asked in here.asked} == {"here-1"}


def test_a_regression_is_what_the_base_still_does(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    a_repository(tmp_path / "host")
    logged("good.jsonl", "+")
    logged("bad.jsonl", "x")
    assert shell("eval", "bless", "good.jsonl").code == 0
    ran = shell("eval", "compare", "eval-baseline.json", "bad.jsonl", "--base-rev", "HEAD")
    assert ran.code == 1
    assert ran.err.startswith("trying 2 cases again on HEAD\n")
    assert ran.out.startswith("REGRESSION  1 case became worse: where-is-it (1/1 → 0/1, no chance involved, base re-run 1/1)")
    assert "  base fails too  never-was-so (1/1 → 0/1, no chance involved, base re-run 0/1)" in ran.out
    assert git("worktree", "list").count("\n") == 1
    assert Path("my_agent.py").read_text() == FINDS_NOTHING
