"""``warmline policy explain``: everything that led to a decision, and what would change it."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support.shell import Script, Shell

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy import Policy, default_file
from warmline.agent.guard.rules import matches
from warmline.agent.guard.signals import Signals, gather
from warmline.cli import assembly
from warmline.cli.explanation import explained
from warmline.cli.policy_view import WIDTH, show
from warmline.settings import Settings
from warmline.testing import FixedGuard, calls, says

LAST = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"
READ = {"order_status": 0.53, "angry": 0.23, "emotional": 0.2, "smalltalk": 0.04}


class Steady(Guard):
    """Judges every message alike, by the real rules and the real language."""

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        each = [facts] * len(texts) if isinstance(facts, Facts) else facts
        return [gather(text, one, reasons=READ, hits=matches(text)) for text, one in zip(texts, each, strict=True)]


@pytest.fixture(autouse=True)
def guard(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(policy: Path | None) -> Guard:
        return Steady(policy=Policy.load(policy))

    monkeypatch.setattr(assembly, "ready_guard", load)


def explain(shell: Shell, *words: str) -> dict[str, Any]:
    ran = shell("policy", "explain", *words, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def test_a_decision_is_explained_with_signals_rules_margins_and_other_facts(shell: Shell) -> None:
    ran = shell("policy", "explain", "My parcel is late and I am fed up")
    assert ran.code == 0
    out = ran.out
    assert out.startswith("the agent: order_status  “My parcel is late and I am fed up”\n")
    assert f"rule automate, layer policy, policy {Policy.load().stamp}" in out
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert any(row.startswith("classifier human probability 0.430") for row in rows)
    assert "critical_words person no" in " ".join(rows)
    assert "→ automate agent holds, decides true" in rows
    assert "human probability 0.430 < 0.450 human 0.430 or less: a person (angry)" in rows
    assert "intent probability 0.530 ≥ 0.200 intent more than 0.530: a person (unsure)" in rows
    assert "tier vip a person (high_value)" in rows
    assert "in the grey band: a language model, if one serves, is asked and may hand it over" in rows
    assert explain(shell, "I want to talk to a person")["grey"] is False
    assert "contacts 0 < 2 contacts no difference" in rows


def test_a_hand_over_shows_where_it_goes_and_what_the_customer_reads(shell: Shell) -> None:
    ran = shell("policy", "explain", "Ich werde Sie verklagen, mein Anwalt hat die Bestellung schon")
    assert ran.out.startswith("a person: legal_threat  “Ich werde")
    assert "queue legal, priority high, first response within 1d\n" in ran.out
    assert "the customer reads: Ihre Nachricht wurde" in ran.out
    assert "“verklagen”" in ran.out
    assert "would hold" in ran.out


def test_the_customer_and_their_orders_count(shell: Shell) -> None:
    found = explain(shell, "Where is my order?", "--as", "C-1001")
    host = {signal["name"]: signal["value"] for signal in found["signals"] if signal["source"] == "host"}
    assert host["tier"] is not None
    assert host["order_total"] is None
    number = json.loads(shell("demo", "orders", "C-1001", "--json").out)[0]["number"]
    other = json.loads(shell("demo", "orders", "C-1002", "--json").out)[0]["number"]
    for named, known in ((number, True), (other, False)):
        found = explain(shell, f"Where is {named}?", "--as", "C-1001")
        host = {signal["name"]: signal["value"] for signal in found["signals"] if signal["source"] == "host"}
        assert (host["order_total"] is not None) == known
    assert explain(shell, "Where is it?", "--as", "C-1001", "--order-total", "500")["decision"]["reason"] == "high_value"


def test_json_has_each_rule_in_order_and_real_decisions_for_what_would_change_it(shell: Shell) -> None:
    found = explain(shell, "Where is it?", "--order-total", "499.99")
    assert [rule["id"] for rule in found["rules"]] == [rule.id for rule in Policy.load().rules]
    assert [rule["id"] for rule in found["rules"] if rule["decides"]] == ["automate"]
    assert {rule["outcome"] for rule in found["rules"]} == {"held", "not"}
    margin = next(one for one in found["margins"] if one["name"] == "order.total")
    assert (margin["value"], margin["bound"], margin["met"], margin["turns_at"]) == (499.99, 500.0, False, 499.99)
    assert margin["decision"]["queue"] == "vip"
    assert {"change": "order total 500", "decision": margin["decision"]} in found["what_ifs"]
    assert found["acknowledgement"] == ""


def test_a_policy_of_ones_own_is_explained_with_its_gather_and_offer(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    for route, words in (("offer", "the agent, offering a person: unsure"), ("gather", "a person: unsure")):
        rule = f"  - {{id: r, when: 'signals.concern', route: {route}, reason: unsure, queue: q}}\n"
        broken = "  - {id: b, when: '1 / (int(order.total) - 5) > 0', route: human, reason: unsure, queue: q}\n"
        file.write_text(f"version: 1\nrules:\n{rule}{broken}{LAST}")
        out = shell("policy", "explain", "Where is it?", "--policy", str(file), "--order-total", "5").out
        assert out.startswith(words)
        assert "queue q, priority normal" in out
        assert ("read-only tools fill the case file" in out) == (route == "gather")
        assert "failed: a person decides" in out
        assert ("the customer reads: I am not sure" in out) == (route == "gather")
        assert ("the customer reads: I can look into this for you right away" in out) == (route == "offer")


def test_the_configured_policy_is_explained_as_the_chat_would_use_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text(f"version: 7\nname: house\nrules:\n{LAST}")
    monkeypatch.setenv("WARMLINE_POLICY", str(tmp_path / "mine.yaml"))
    assert explain(shell, "hi")["decision"]["policy"].startswith("house@7:")


def test_a_message_without_a_word_was_decided_without_the_rules(shell: Shell) -> None:
    found = explain(shell, "  \x07 ")
    assert (found["decision"]["rule"], found["margins"], found["what_ifs"]) == ("nothing_said", [], [])
    assert shell("policy", "explain", " ").out.startswith("the agent: smalltalk")


def test_card_numbers_are_not_repeated(shell: Shell) -> None:
    assert "4111" not in shell("policy", "explain", "my card 4111 1111 1111 1111").out.replace("ending 1111", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give a customer's message"),
        (["hi", "--turn", "c/m"], "give a customer's message"),
        (["--turn", "c/m", "--as", "C-1001"], "has its own facts"),
        (["--turn", "c/m", "--order-total", "1"], "has its own facts"),
        (["hi", "--store", "sqlite:///x.db"], "goes with --turn"),
        (["--turn", "c"], "expected CONVERSATION/MESSAGE"),
        (["--turn", "/m"], "expected CONVERSATION/MESSAGE"),
        (["--turn", "c/m"], "there is no message 'm' in a conversation 'c'"),
        (["--turn", "c/m", "--store", "mysql://x"], "--store: expected sqlite:///"),
        (["hi", "--order-total", "-1"], "--order-total"),
        (["hi", "--as", "C-0"], "no customer 'C-0'"),
    ],
)
def test_what_cannot_be_explained_is_one_line(shell: Shell, words: list[str], said: str) -> None:
    ran = shell("policy", "explain", *words)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert said in ran.err


def turn_of(shell: Shell, text: str) -> str:
    turn = json.loads(shell("chat", "--json", "--as", "C-1001", stdin=text).out.splitlines()[0])
    return f"{turn['conversation_id']}/{turn['message_id']}"


def test_a_stored_decision_is_made_again_from_what_was_read_then(shell: Shell, scripted: Script) -> None:
    scripted(says("On its way."), guard=FixedGuard("angry"))
    turn = turn_of(shell, "where is it")
    found = explain(shell, "--turn", turn)
    assert (found["text"], found["same_policy"], found["same_decision"]) == ("where is it", True, True)
    assert found["recorded"] == found["decision"]
    assert found["decision"]["reason"] == "angry"
    url = f"sqlite:///{Settings.from_env().home / 'warmline.db'}"
    assert explain(shell, "--turn", turn, "--store", url) == found
    assert "decided again: the same\n" in shell("policy", "explain", "--turn", turn).out


def test_under_another_policy_a_stored_decision_may_be_another(shell: Shell, scripted: Script, tmp_path: Path) -> None:
    scripted(guard=FixedGuard("angry"))
    turn = turn_of(shell, "where is it")
    file = tmp_path / "mine.yaml"
    file.write_text(default_file().read_text("utf-8").replace("queue: care, priority: high", "queue: calm, priority: high"))
    found = explain(shell, "--turn", turn, "--policy", str(file))
    assert (found["same_policy"], found["same_decision"], found["made_after_the_policy"]) == (False, False, False)
    file.write_text(f"version: 1\nrules:\n{LAST}")
    out = shell("policy", "explain", "--turn", turn, "--policy", str(file)).out
    assert f"stored under another policy: {Policy.load().stamp}\n" in out
    assert "decided again: not the same, now automate, smalltalk\n" in out


def test_a_decision_made_after_the_policy_is_named_as_such(shell: Shell, scripted: Script) -> None:
    scripted(calls("escalate", reason="human_request", summary="wants a person"), guard=FixedGuard())
    turn = turn_of(shell, "hm")
    assert explain(shell, "--turn", turn)["made_after_the_policy"] is True
    out = shell("policy", "explain", "--turn", turn).out
    assert out.startswith("the agent: order_status")
    assert "stored: human, human_request (rule agent.escalate, layer agent)\n" in out
    assert "stored after the policy had decided" in out


def test_what_was_decided_before_anything_was_read_says_so(shell: Shell, scripted: Script) -> None:
    scripted(guard=FixedGuard())
    ran = shell("policy", "explain", "--turn", turn_of(shell, " \n"))
    assert ran.code == 2
    assert "decided before anything was read: automate, smalltalk (rule nothing_said, layer policy)" in ran.err


def test_a_turn_that_is_still_running_has_no_decision_yet(shell: Shell) -> None:
    async def open_one() -> None:
        async with assembly.open_store(Settings.from_env()) as store:
            await store.open_turn("c", "m", "hello", customer_id=None)

    asyncio.run(open_one())
    ran = shell("policy", "explain", "--turn", "c/m")
    assert (ran.code, ran.out) == (2, "")
    assert "has no outcome yet" in ran.err


def test_on_a_terminal_nothing_is_wider_than_it(capsys: pytest.CaptureFixture[str]) -> None:
    signals = gather("Where is my order? " * 20, Facts(), reasons=READ, hits=())
    for width in (80, 100, 200):
        console = Console(force_terminal=True, width=width, color_system=None)
        show(explained(Policy.load(), "Where is my order? " * 20, signals), console=console)
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= min(width, WIDTH)
        assert "  rule automate" in "\n".join(lines)


def test_a_rule_whose_reason_a_person_settled_is_shown_as_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    facts = Facts(repeats=2, settled=frozenset({"unsure"}))
    show(explained(Policy.load(), "hm", Signals(facts=facts, intent_probability=1.0)), console=Console(width=200))
    assert "passed over: a person settled it" in capsys.readouterr().out
