"""Money in minor units: exact both ways, and whole cents only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.testing import dollars
from warmline.tools.sqlshop.rows import minor, money


@given(st.decimals(min_value=-100_000, max_value=100_000, places=2))
def test_an_amount_comes_back_as_it_went_in(amount: Decimal) -> None:
    assert money(minor(dollars(str(amount))), "USD") == dollars(str(amount))


def test_amounts_have_two_decimals() -> None:
    assert str(money(1250, "EUR").amount) == "12.50"


def test_fractions_of_a_cent_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected whole cents, got 12\.345"):
        minor(dollars("12.345"))
