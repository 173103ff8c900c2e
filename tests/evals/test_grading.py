"""What graders notice, on conversations the embedded agent has with the demo shop."""

from pathlib import Path

import pytest
from support.eval_suites import check, played

from warmline.evals.grading.matching import argument_differences, same, says
from warmline.evals.running.trial import Troupe

WHERE = "world: {as: C-1001}, say: Where is my order W-10432."


def expecting(expect: str, *, rest: str = WHERE) -> str:
    return f"- {{id: a, {rest}, expect: {{{expect}}}}}"


@pytest.mark.parametrize(
    "expect",
    [
        "route: {to: bot, reason: order_status}",
        "tools: {calls: [get_order], order: exact, extra: none}",
        "tools: {calls: [{name: get_order, args: {order_number: w10432}}]}",
        "tools: {calls: [{name: get_order, args: {order_number: {one_of: [W-1, W-10432]}}, times: 1}]}",
        "tools: {calls: [{name: get_order, args: {}, match: partial}]}",
        "tools: {forbid: [{name: get_order, args: {order_number: {not: W-10432}}}], calls: [get_order]}",
        "reply: {contains_all: [W-10432, Harbour Crewneck], grounded: true, language: en}",
        "reply: {contains_any: [nothing of it, {fact: orders.W-10432.promised}, 2026-11-25]}",
        "state: unchanged, ends: replied",
        "budgets: {turns: 1, tool_calls: 1, tokens: 1, cost_usd: 0.01}",
        "outcomes: [{id: gave-up, route: {to: human}}, {id: did-it, route: {to: bot}}]",
    ],
)
async def test_what_is_so_passes(tmp_path: Path, troupe: Troupe, expect: str) -> None:
    result = await played(tmp_path, expecting(expect), troupe)
    assert result.state == "PASS", result.why


@pytest.mark.parametrize(
    ("expect", "broken", "said"),
    [
        ("route: {to: human, reason: angry}", "route.to", "missed hand-off: expected human, got bot (order_status"),
        ("route: {to: bot, reason: stock_check}", "route.reason", "expected the reason stock_check, got order_status"),
        ("tools: {calls: [{name: get_order, times: 2}]}", "tools.calls[0]", "get_order done 2 times, was 1"),
        (
            "tools: {calls: [{name: get_order, args: {order_number: W-10433}}]}",
            "tools.calls[0]",
            "expected 'W-10433', got 'W-10432'",
        ),
        ("tools: {calls: [{name: get_order, args: {}}]}", "tools.calls[0]", "order_number expected None, got 'W-10432'"),
        ("tools: {calls: [start_return]}", "tools.calls[0]", "was never called; called: get_order"),
        ("tools: {forbid: [get_order]}", "tools.forbid[0]", 'forbidden, and done: get_order(order_number="W-10432")'),
        ("tools: {calls: [{name: check_return, times: 0}], extra: none}", "tools.extra", "a call beside those expected"),
        ("state: {add: {returns: [{order_number: W-10432}]}}", "state.add.returns[0]", "expected a new row of returns"),
        ("reply: {contains_all: [W-1043]}", "reply.contains_all[0]", "does not say 'W-1043'"),
        ("reply: {excludes: [harbour crewneck]}", "reply.excludes[0]", "says 'harbour crewneck'"),
        ("reply: {language: de}", "reply.language", "expected de, read en"),
        ("reply: {silent: true}", "reply.silent", "expected silence"),
        ("ends: handed_off", "ends", "ended replied"),
        ("outcomes: [{id: x, ends: handed_off}]", "outcomes", "nearest was x"),
        ("budgets: {tool_calls: 0}", "budgets.tool_calls", "at most 0, took 1"),
    ],
)
async def test_what_is_not_so_fails_and_says_why(tmp_path: Path, troupe: Troupe, expect: str, broken: str, said: str) -> None:
    result = await played(tmp_path, expecting(expect), troupe)
    assert result.state == "FAIL"
    found = check(result, broken)
    assert said in found.reason
    assert found.place is not None
    assert found.place.line == 4


async def test_a_write_nobody_expects_fails_whatever_else_is_allowed(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: w
      world: {as: C-1001}
      script: [{call: {name: subscribe_back_in_stock, args: {sku: HP-CREW-RED-M}}}, {say: You are on the list.}]
      conversation: [Please tell me when HP-CREW-RED-M is back., "Yes, please."]
      expect: {tools: {calls: [{name: get_order, times: "0"}], extra: any}}
    """
    result = await played(tmp_path, case, troupe)
    found = check(result, "tools.extra")
    assert found.passed is False
    assert "a write nobody expects" in found.reason
    assert "subscriptions" in check(result, "state").reason


async def test_state_is_a_closed_world(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: w
      world: {as: C-1001}
      script: [{call: {name: subscribe_back_in_stock, args: {sku: HP-CREW-RED-M}}}, {say: You are on the list.}]
      conversation: [Please tell me when HP-CREW-RED-M is back., "Yes, please."]
      expect: {state: {add: {subscriptions: [{sku: HP-CREW-RED-M, email: EMAIL}]}}}
    """
    good = await played(tmp_path, case.replace("EMAIL", "maya.brooks@example.com"), troupe)
    assert good.state == "PASS", good.why
    assert [row.expected for row in good.rows] == [True]
    bad = await played(tmp_path, case.replace("EMAIL", "other@example.com"), troupe)
    assert "email expected 'other@example.com', got 'maya.brooks@example.com'" in check(bad, "state.add.subscriptions[0]").reason
    assert [row.expected for row in bad.rows] == [False]


async def test_a_hand_off_is_graded_with_its_case(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: h
      world: {as: C-1001, set: {orders: {W-10432: {total: 500}}}}
      conversation:
        - {user: Hello!, expect: {route: {to: bot}}}
        - {user: "Where is W-10432? It is late."}
        - {user: Are you there, expect: {reply: {silent: true}}}
      expect:
        route: {to: human, by_turn: 2, not_before: 2, order: before_any_write, reason: high_value, rule: high_value*, case_file: {mentions: [W-10432]}}
        state: unchanged
        ends: with_human
    """
    result = await played(tmp_path, case, troupe)
    assert result.state == "PASS", result.why
    assert result.routing is not None
    assert (result.routing.actual_to, result.routing.turn) == ("human", 2)
    late = await played(tmp_path, case.replace("by_turn: 2, not_before: 2", "by_turn: 1"), troupe)
    assert check(late, "route.by_turn").reason == "expected a person by turn 1, came in turn 2"


async def test_a_made_up_amount_is_ungrounded(tmp_path: Path, troupe: Troupe) -> None:
    from warmline.evals.grading.grade_reply import ungrounded
    from warmline.evals.grading.seen import Seen
    from warmline.evals.results import TurnRecord

    turn = TurnRecord(number=1, customer="What does it cost?", reply="It is $68.00, or 59.90 EUR.", kind="replied", to="bot")
    shown = turn.model_copy(update={"customer": "I paid $68.00."})
    assert [one.words for one in ungrounded(turn, Seen(turns=[turn]), ("money",))] == ["$68.00", "59.90 EUR"]
    assert [one.words for one in ungrounded(shown, Seen(turns=[shown]), ("money",))] == ["59.90 EUR"]
    assert ungrounded(shown, Seen(turns=[shown]), ("dates",)) == []


@pytest.mark.parametrize(
    ("wanted", "got", "fits"),
    [
        ("500", "$500.00", True),
        (500, "500.00", True),
        ("10", "100", False),
        ("w10432", "W-10432", True),
        ("2026-11-25", "2026-11-25T10:00:00Z", True),
        (True, 1, False),
        ({"not": "a"}, "b", True),
        ({"absent": True}, None, True),
        ({"any": True}, None, False),
        ({"at_least": 2, "at_most": 3}, 4, False),
        ({"contains_all": ["navy"]}, "Harbour Crewneck (navy, M)", True),
        ([{"sku": "A", "quantity": 1}], [{"sku": "A", "quantity": 2}], False),
    ],
)
def test_values_are_compared_by_what_they_mean(wanted: object, got: object, fits: bool) -> None:
    assert same(wanted, got) is fits


def test_arguments_are_compared_over_the_names_of_both() -> None:
    assert [one.name for one in argument_differences({"a": 1}, {"b": 2})] == ["a", "b"]
    assert argument_differences({}, {}, partial=True) == []
    assert [one.name for one in argument_differences({"a": 1}, {}, partial=True)] == ["a"]


def test_words_are_whole_words() -> None:
    assert says("That is 100 in all", "100")
    assert not says("That is 100 in all", "10")
    assert says("It is $1,250.00.", "1.250,00 €")
    assert says("It comes on Nov 28", "2026-11-28")
