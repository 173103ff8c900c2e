"""Expressions of the policy are read, evaluated, and never quietly false when they cannot be."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from warmline.agent.guard.expressions import ExpressionError, Program, Values

NAMES = {
    "signals": {"loop": True, "rule_reasons": ["angry", "safety"], "human_probability": 0.75},
    "customer": {"tier": "vip", "orders": 2, "lifetime_value": 2000.0},
    "facts": {"asked": False},
    "thresholds": {"human": 0.75},
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("signals.human_probability >= thresholds.human", True),
        ("customer.lifetime_value >= 2000", True),
        ("customer.orders == 2.0 && customer.orders < 2.5", True),
        ('customer.tier in ["gold", "silver"]', False),
        ('size(signals.rule_reasons) == 2 && "safety" in signals.rule_reasons', True),
        ("signals.loop ? customer.orders + 1 : 0", 3),
        ("has(customer.born)", False),
    ],
)
def test_an_expression_has_a_value(source: str, value: object) -> None:
    assert Program(source).evaluate(Values(NAMES)) == value


@pytest.mark.parametrize(
    "source", ["customer.born == 1", "order.total > 1", "customer.tier > 3", "1 / 0 > 1", "signals.loop && 3"]
)
def test_what_cannot_be_evaluated_is_an_error_and_not_false(source: str) -> None:
    with pytest.raises(ExpressionError):
        Program(source).evaluate(Values(NAMES))


@pytest.mark.parametrize(
    ("source", "value"), [("signals.loop || customer.born == 1", True), ("customer.born == 1 && facts.asked", False)]
)
def test_what_is_decided_without_the_part_that_fails_is_decided(source: str, value: bool) -> None:
    assert Program(source).evaluate(Values(NAMES)) is value


def test_text_that_is_no_expression_says_where() -> None:
    with pytest.raises(ExpressionError, match=r"<input>:1:17: Syntax error"):
        Program("customer.tier ==")


def test_one_program_serves_many_threads_each_with_its_own_values() -> None:
    program = Program("customer.orders % 2 == 0")

    def even(orders: int) -> bool:
        return program.evaluate(Values({"customer": {"orders": orders}}))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(even, range(2000)))
    assert found == [orders % 2 == 0 for orders in range(2000)]
