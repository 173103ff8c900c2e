"""``warmline insights label``: labels are kept, become cases, and choose a threshold by the shop's prices."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.signals import Signals
from warmline.cli import assembly
from warmline.settings import Settings
from warmline.testing import FixedGuard

PRICES = ("--cost-missed", "25", "--cost-needless", "4")


class Grey(FixedGuard):
    """Reads every message as one that half of the time needs a person: the shipped policy hands it over."""

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        """The same signals for each text."""
        return [one.model_copy(update={"human_probability": 0.5}) for one in super().read_many(texts, facts)]


def talk(settings: Settings, *messages: tuple[str, str], guard: FixedGuard | None = None) -> None:
    """Messages of C-1001, each in a conversation of its own, for a guard that sees complaints."""

    async def run() -> None:
        async with assembly.open_service(settings, guard=guard or FixedGuard("angry")) as service:
            for thread, text in messages:
                await service.agent.reply(thread, text, customer="C-1001")

    asyncio.run(run())


def test_labels_are_kept_as_they_are_given_and_the_next_time_goes_on(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "one thing"), ("c2", "another thing"), ("c3", "a third"))
    file = str(tmp_path / "labels.jsonl")
    ran = shell("insights", "label", "--file", file, "--by", "ana", stdin="p\n2\nx\na\nq\n")
    assert ran.code == 0
    assert "2 labelled, 2 in" in ran.out
    assert "angry" not in ran.out.split("why?")[0].split("1 emotional")[0]  # what was decided is not shown
    kept = [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()]
    assert [(one["said"], one["why"], one["by"]) for one in kept] == [("person", "angry", "ana"), ("agent", "", "ana")]
    again = shell("insights", "label", "--file", file, "--by", "ben", stdin="")
    assert again.out.startswith("1 messages.")
    assert "0 labelled, 2 in" in again.out


def test_labels_feed_the_test_set(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "one thing"), ("c2", "another thing"))
    file, suite = str(tmp_path / "labels.jsonl"), str(tmp_path / "labelled.eval.yaml")
    shell("insights", "label", "--file", file, "--by", "ana", stdin="p\n2\na\n")
    assert shell("insights", "label", "--file", file, "--suite", suite).code == 0
    assert "2 cases in 1 suites: 0 errors" in shell("eval", "lint", suite).out
    assert "is there already" in shell("insights", "label", "--file", file, "--suite", suite).err


def test_a_threshold_is_not_chosen_by_a_handful_or_by_half_the_prices(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "one thing"))
    file = str(tmp_path / "labels.jsonl")
    shell("insights", "label", "--file", file, "--by", "ana", stdin="p\n2\n")
    few = shell("insights", "label", "--file", file, "--cost-missed", "25", "--cost-needless", "4")
    assert (few.code, "are too few" in few.err) == (2, True)
    half = shell("insights", "label", "--file", file, "--cost-missed", "25")
    assert (half.code, "both prices" in half.err) == (2, True)


def test_labels_of_the_demo_choose_no_real_threshold(shell: Shell, tmp_path: Path) -> None:
    file = str(tmp_path / "labels.jsonl")
    asked = shell("insights", "label", "--demo", "--number", "40", "--file", file, "--by", "ana", stdin="a\n" * 40)
    assert "40 labelled" in asked.out
    shown = shell("insights", "label", "--demo", "--file", file, "--cost-missed", "25", "--cost-needless", "4", "--json")
    assert json.loads(shown.out)["demo"] is True
    ran = shell("insights", "label", "--demo", "--file", file, *PRICES, "--apply", "--yes")
    assert (ran.code, "made-up" in ran.err) == (2, True)


def test_the_demos_labels_go_into_a_file_of_their_own(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "1 labelled, 1 in demo-labels.jsonl" in shell("insights", "label", "--demo", "--by", "ana", stdin="a\nq\n").out
    assert not Path("labels.jsonl").exists()


def test_a_label_of_the_demo_among_yours_is_left_out_and_said(shell: Shell, labelled: str) -> None:
    shell("insights", "label", "--demo", "--number", "3", "--file", labelled, "--by", "ana", stdin="p\n\n" * 3)
    ran = shell("insights", "label", "--file", labelled, *PRICES, "--json")
    shown = json.loads(ran.out)
    assert (shown["labels"], shown["demo"], shown["proposed"]) == (40, False, 0.55)
    assert f"3 labels in {labelled} are of the demo shop's made-up messages and are left out" in ran.err
    suite = f"{labelled}.eval.yaml"
    assert "40 cases in" in shell("insights", "label", "--file", labelled, "--suite", suite).err


def test_a_label_of_another_store_is_no_label_of_the_message_with_its_number(
    shell: Shell, settings: Settings, tmp_path: Path
) -> None:
    talk(settings, ("here", "one thing"))
    file = tmp_path / "labels.jsonl"
    assert "1 labelled, 1 in" in shell("insights", "label", "--file", str(file), "--by", "ana", stdin="a\n").out
    file.write_text(file.read_text("utf-8").replace('"here"', '"there"').replace("one thing", "another"), "utf-8")
    asked = shell("insights", "label", "--file", str(file), "--by", "ana", stdin="p\n2\n")
    assert "1 labelled, 2 in" in asked.out
    suite = str(tmp_path / "labelled.eval.yaml")
    assert shell("insights", "label", "--file", str(file), "--suite", suite).code == 0
    assert "2 cases in 1 suites: 0 errors" in shell("eval", "lint", suite).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--json"], "add --cost-missed"),
        (["--policy", "mine.yaml"], "add --cost-missed"),
        (["--yes"], "--yes is for the policy that --apply writes"),
        ([*PRICES, "--output", "new.yaml"], "--output is for the policy that --apply writes"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(shell: Shell, words: list[str], said: str) -> None:
    ran = shell("insights", "label", *words)
    assert (ran.code, said in ran.err) == (2, True)


def test_a_topic_of_a_newer_policy_is_in_the_curve(shell: Shell, labelled: str, tmp_path: Path) -> None:
    rule = "  - id: parcels\n    when: '\"parcels\" in signals.topics'\n    route: human\n    reason: unsure\n    layer: policy\n"
    text = shell("policy", "show").out
    newer = tmp_path / "newer.yaml"
    changed = text.replace("rules:\n", f"rules:\n{rule}", 1)
    newer.write_text(f'topics:\n  parcels: ["where is it"]\n{changed}', "utf-8")
    assert shell("policy", "check", str(newer)).code == 0
    shown = json.loads(shell("insights", "label", "--file", labelled, "--policy", str(newer), *PRICES, "--json").out)
    assert {one["needless"] for one in shown["points"]} == {1000.0}


@pytest.fixture
def labelled(shell: Shell, settings: Settings, tmp_path: Path) -> str:
    """Forty messages that went to a person for a probability of 0.5, and a person who says of each that the agent should have had it."""
    talk(settings, *((f"c{number}", "Where is it?") for number in range(40)), guard=Grey())
    file = str(tmp_path / "labels.jsonl")
    assert "40 labelled" in shell("insights", "label", "--file", file, "--by", "ana", stdin="a\n" * 40).out
    return file


def test_labels_propose_a_threshold_as_a_patch_that_is_written_when_it_is_agreed_to(
    shell: Shell, labelled: str, tmp_path: Path
) -> None:
    shown = shell("insights", "label", "--file", labelled, *PRICES)
    assert "0.55 instead of 0.45 saves 4,000" in shown.out
    assert "-  human: 0.45" in shown.out
    assert "+  human: 0.55" in shown.out
    assert "to the agent, labelled agent: Where is it?" in shown.out
    target = tmp_path / "new.yaml"
    assert not target.exists()
    ran = shell("insights", "label", "--file", labelled, *PRICES, "--apply", "--yes", "--output", str(target))
    assert (ran.code, ran.out.count("+  human: 0.55"), ran.err.count("+  human: 0.55")) == (0, 0, 1)
    assert shell("policy", "check", str(target)).code == 0


def test_the_curve_for_machines_has_an_interval_at_every_threshold(shell: Shell, labelled: str) -> None:
    shown = json.loads(shell("insights", "label", "--file", labelled, *PRICES, "--json").out)
    assert (shown["now"], shown["proposed"], shown["demo"]) == (0.45, 0.55, False)
    assert "+  human: 0.55" in shown["patch"]
    assert [one["threshold"] for one in shown["points"]] == [round(0.1 + 0.05 * step, 2) for step in range(15)]
    for one in shown["points"]:
        for figure in ("missed", "needless", "saves"):
            assert one[f"{figure}_between"]["low"] <= one[figure] <= one[f"{figure}_between"]["high"]


def test_the_curve_as_a_page_is_for_prices_alone(shell: Shell, labelled: str, tmp_path: Path) -> None:
    page = tmp_path / "thresholds.html"
    assert "add --cost-missed" in shell("insights", "label", "--file", labelled, "--html", str(page)).err
    assert shell("insights", "label", "--file", labelled, *PRICES, "--html", str(page)).code == 0
    made = page.read_text("utf-8")
    assert made.count("<svg") == 2
    assert "<script" not in made


def test_the_demo_leaves_your_own_labels_alone(shell: Shell, labelled: str) -> None:
    shown = json.loads(shell("insights", "label", "--demo", "--file", labelled, *PRICES, "--json").out)
    assert (shown["demo"], shown["labels"] > 100) == (True, True)


def test_the_demo_has_labels_of_its_own_and_says_so(shell: Shell, tmp_path: Path) -> None:
    none = str(tmp_path / "none.jsonl")
    shown = shell("insights", "label", "--demo", "--file", none, *PRICES)
    assert shown.out.startswith("Demonstration:")
    assert "saves" in shown.out
    assert "--apply" not in shown.out
    assert not Path(none).exists()
