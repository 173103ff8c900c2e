"""``warmline eval run --live``, ``--record`` and ``--replay`` over HTTP, against a language model's server on this machine."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support.model_here import Asked, ModelHere, Said, model_here, shop_model, spending
from support.shell import Shell

from warmline.agent.models import retry
from warmline.agent.models.base import ModelAnswer
from warmline.evals.results import ENTRY, RunHeader, TrialResult
from warmline.evals.worlds.reading import KnowingClassifier
from warmline.testing import says

KEY = "sk-not-a-real-key-1234567890"
WHERE = """\
  - id: {id}
    world: {{as: C-1001}}
    trials: {{n: {n}}}
    say: Where is my order W-10432?
    expect: {{route: {{to: {to}}}, tools: {{calls: [get_order]}}}}
"""
SIMULATED = """\
  - id: sim
    world: {as: C-1001}
    trials: {n: 1}
    simulate:
      goal: Know where the order is
      opening: Where is my order W-10432?
      knows: {order_number: W-10432}
      stop: {when: {tool_succeeded: get_order}, max_turns: 3}
    expect: {route: {to: bot}}
"""


_loaded = cache(KnowingClassifier.load)


@pytest.fixture(autouse=True)
def in_a_folder(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.home.is_relative_to(tmp_path)  # it has cleared the settings by now
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(KnowingClassifier, "shipped", _loaded)  # once for all of them: it takes a second
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("WARMLINE_MODEL", "here-1")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHere]:
    with model_here() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


def a_suite(*cases: str, name: str = "s") -> str:
    Path(f"{name}.eval.yaml").write_text(f"suite: {name}\nschema: 1\ncases:\n" + "".join(cases), "utf-8")
    return f"{name}.eval.yaml"


def where(case_id: str = "a", *, n: int = 1, to: str = "bot") -> str:
    return WHERE.format(id=case_id, n=n, to=to)


def trials(log: str = "log.jsonl") -> list[TrialResult]:
    entries = [ENTRY.validate_json(line) for line in Path(log).read_text("utf-8").splitlines()]
    return [one for one in entries if isinstance(one, TrialResult)]


def everything_written(folder: Path) -> str:
    return "".join(file.read_bytes().decode("utf-8", errors="replace") for file in folder.rglob("*") if file.is_file())


def test_a_live_run_asks_the_server_and_writes_the_key_nowhere(shell: Shell, here: ModelHere, tmp_path: Path) -> None:
    ran = shell("eval", "run", a_suite(where(n=2)), "--live", "--record", "rec", "--output", "log.jsonl")
    assert ran.code == 0, ran.out + ran.err
    assert {asked["model"] for asked in here.asked} == {"here-1"}
    assert set(here.keys) == {f"Bearer {KEY}"}
    assert [one.turns[0].reply for one in trials()] == ["It is on its way."] * 2
    assert trials()[0].spent.input == 2000
    assert KEY not in everything_written(tmp_path) + ran.out + ran.err


def test_what_was_recorded_is_played_without_a_server(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = a_suite(where(n=2))
    with model_here() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert shell("eval", "run", suite, "--live", "--record", "rec").code == 0
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "WARMLINE_MODEL"):
        monkeypatch.delenv(name)
    ran = shell("eval", "run", suite, "--replay", "rec", "--output", "again.jsonl")
    assert ran.code == 0, ran.out + ran.err
    assert [(one.state, one.replayed) for one in trials("again.jsonl")] == [("PASS", True)] * 2


def test_a_changed_message_is_a_miss_with_the_difference_to_the_nearest(shell: Shell, here: ModelHere) -> None:
    suite = a_suite(where())
    assert shell("eval", "run", suite, "--live", "--record", "rec").code == 0
    a_suite(where().replace("Where is", "Please, where is"))
    asked = len(here.asked)
    ran = shell("eval", "run", suite, "--replay", "rec", "--output", "again.jsonl")
    assert ran.code == 2
    assert "this request was not recorded; against the nearest: -messages[1].content: Where is my order W-10432?" in ran.out
    assert "+messages[1].content: Please, where is my order W-10432?" in ran.out
    assert [one.state for one in trials("again.jsonl")] == ["INFRA"]
    assert len(here.asked) == asked


def test_the_rate_is_kept_by_all_trials_together_and_by_what_is_tried_again(shell: Shell, here: ModelHere) -> None:
    def sometimes(asked: Asked) -> Said:
        return 500 if len(here.asked) in (2, 5) else shop_model(asked)

    here.answer = sometimes
    assert shell("eval", "run", a_suite(where(n=3)), "--live", "--rate", "600").code == 0
    assert len(here.at) == 8
    assert here.at[-1] - here.at[0] >= 0.6  # seven pauses of a tenth; the first request makes its client first


def test_nothing_is_begun_once_the_ceiling_is_reached(shell: Shell, here: ModelHere) -> None:
    suite = a_suite(*(where(f"c{number}") for number in range(6)))
    how = ("--live", "--price", "10/10", "--max-cost", "0.05", "--at-once", "1")
    ran = shell("eval", "run", suite, *how, "--output", "log.jsonl")
    assert ran.code == 3
    assert [one.state for one in trials()] == ["PASS"] * 3 + ["BUDGET"] * 3
    assert "the ceiling of $0.05 was reached after $0.07" in trials()[-1].why
    assert ran.out.startswith("UNMEASURABLE")
    assert len(here.asked) == 6


@pytest.mark.parametrize("said", [429, 500, "drop"])
@pytest.mark.parametrize("to", ["bot", "human"])
def test_a_server_that_fails_is_never_the_agents_failure(shell: Shell, here: ModelHere, said: Said, to: str) -> None:
    here.answer = lambda _: said
    case = where(to=to).replace("tools: {calls: [get_order]}", "state: any")
    ran = shell("eval", "run", a_suite(case), "--live", "--output", "log.jsonl")
    assert ran.code == 2, ran.out
    [trial] = trials()
    assert (trial.state, trial.turns[0].to) == ("INFRA", "human")
    assert "ModelUnavailable" in trial.why
    assert "here-1" in trial.why


def test_a_server_that_recovers_is_no_trouble_at_all(shell: Shell, here: ModelHere) -> None:
    here.answer = lambda asked: 500 if len(here.asked) == 1 else shop_model(asked)
    assert shell("eval", "run", a_suite(where()), "--live").code == 0


def test_a_secret_in_an_answer_is_neither_recorded_nor_logged(shell: Shell, here: ModelHere, tmp_path: Path) -> None:
    def leaks(asked: Asked) -> ModelAnswer:
        answer = shop_model(asked)
        return answer if answer.calls else spending(says(f"Your order is on its way, and my key is {KEY}."))

    here.answer = leaks
    ran = shell("eval", "run", a_suite(where()), "--live", "--record", "rec", "--output", "log.jsonl")
    assert ran.code == 2
    assert "holds a secret" in trials()[0].why
    ran = shell("eval", "run", "s.eval.yaml", "--live", "--output", "unrecorded.jsonl")
    assert KEY not in everything_written(tmp_path) + ran.out + ran.err


def test_a_model_of_the_same_server_words_the_customer_and_is_recorded_too(shell: Shell, here: ModelHere) -> None:
    def both(asked: Asked) -> ModelAnswer:
        if asked["model"] == "here-1":
            return shop_model(asked)
        line = json.loads(asked["messages"][-1]["content"])["line"]
        return spending(says(json.dumps({"says": f"Oh hello! {line}"})))

    here.answer = both
    suite = a_suite(SIMULATED)
    how = ("--live", "--simulator", "words-1", "--record", "rec", "--output", "log.jsonl")
    ran = shell("eval", "run", suite, *how)
    assert ran.code == 0, ran.out
    [live] = trials()
    assert live.turns[0].customer == "Oh hello! Where is my order W-10432?"
    assert live.beside.input == 1000 * len(live.turns)
    assert f"{live.worded} lines of simulated customers in a model's words" in ran.err
    assert {asked["model"] for asked in here.asked} == {"here-1", "words-1"}
    asked = len(here.asked)
    assert shell("eval", "run", suite, "--replay", "rec", "--output", "again.jsonl").code == 0
    [again] = trials("again.jsonl")
    assert [turn.customer for turn in again.turns] == [turn.customer for turn in live.turns]
    assert len(here.asked) == asked


def test_a_run_says_with_what_it_was_made(shell: Shell, here: ModelHere) -> None:
    how = ("--live", "--simulator", "words-1", "--rate", "6000", "--output", "log.jsonl")
    assert shell("eval", "run", a_suite(where()), *how).code == 0
    assert here.asked
    header = ENTRY.validate_json(Path("log.jsonl").read_text("utf-8").splitlines()[0])
    assert isinstance(header, RunHeader)
    assert (header.model, header.simulator, header.mode) == ("here-1", "words-1", "live")
    assert header.again == ("--live", "--rate", "6000.0", "--simulator", "words-1")


def test_a_simulator_needs_a_language_model(shell: Shell) -> None:
    ran = shell("eval", "run", a_suite(SIMULATED), "--simulator", "words-1")
    assert ran.code == 4
    assert "--simulator goes with --live" in ran.err
