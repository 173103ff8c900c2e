"""Card numbers do not get in."""

import pytest

from warmline.agent.guard.masking import luhn, mask


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "378282246310005",
        "4111  1111  1111  1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111–1111–1111–1111",
    ],
)
def test_a_card_number_keeps_its_last_four_only(number: str) -> None:
    digits = "".join(char for char in number if char.isdigit())
    assert mask(f"my card is {number}, charge it") == f"my card is [card ending {digits[-4:]}], charge it"


@pytest.mark.parametrize(
    "text",
    ["tracking 1234567890123456", "1Z999AA10123456784", "order 10432", "tracking 9205590164917316", "call 0049 151 23456789"],
)
def test_other_long_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_the_check_digit_is_computed_as_the_standard_says() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")
