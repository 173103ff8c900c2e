"""Text leaves in pieces that are readable one by one."""

from hypothesis import given
from hypothesis import strategies as st

from warmline.agent.events import deltas


def test_pieces_end_where_sentences_and_lines_do() -> None:
    text = "Your order is here. It has:\n- a mug\n- a lamp\n\nShall I? Yes… or no"
    pieces = [delta.text for delta in deltas(text)]
    assert pieces == ["Your order is here. ", "It has:\n", "- a mug\n", "- a lamp\n\n", "Shall I? ", "Yes… ", "or no"]


@given(st.text())
def test_nothing_is_lost_or_added(text: str) -> None:
    assert "".join(delta.text for delta in deltas(text)) == text
