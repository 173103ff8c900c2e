"""What a model is sent of a long thread."""

from warmline.agent.history import cut, tokens_of
from warmline.agent.models.base import CallRequest, Message


def a_turn(number: int, size: int = 400) -> list[Message]:
    call = CallRequest(call_id=f"c{number}", name="get_order", arguments="{}")
    return [
        Message(role="user", text=f"question {number}"),
        Message(role="assistant", calls=(call,)),
        Message(role="tool", text=f'{{"fact": {number}}}', call_id=f"c{number}"),
        Message(role="assistant", text="x" * size),
    ]


def a_thread(turns: int) -> list[Message]:
    return [message for number in range(turns) for message in a_turn(number)]


def test_a_short_thread_is_sent_whole() -> None:
    thread = a_thread(3)
    assert cut(thread) == thread


def test_a_long_thread_keeps_its_newest_whole_turns_and_the_facts_of_the_rest() -> None:
    sent = cut(a_thread(40), budget=1000)
    note, first = sent[0], sent[1]
    assert first.role == "user"
    assert sent[-1] == a_turn(39)[-1]
    assert note.role == "system"
    assert '{"fact": 0}' in (note.text or "")
    assert sum(tokens_of(message) for message in sent[1:]) <= 1000


def test_no_tool_result_is_sent_without_its_call() -> None:
    for budget in range(100, 3000, 150):
        sent = cut(a_thread(20), budget=budget)
        calls = {call.call_id for message in sent for call in message.calls}
        assert {message.call_id for message in sent if message.role == "tool"} <= calls


def test_the_newest_turn_is_sent_even_when_it_is_over_the_budget() -> None:
    assert cut(a_turn(0, size=90_000), budget=10)[0].text == "question 0"


def test_facts_of_dropped_turns_are_bounded_and_said_once() -> None:
    big = [Message(role="user", text="q"), Message(role="tool", text='{"y":"%s"}' % ("y" * 7_900), call_id="c")]
    note = cut([*big, *big, *big, *a_turn(1)], budget=10)[0]
    assert (note.text or "").count("y" * 7_900) == 1


def test_what_was_refused_or_asked_is_no_fact() -> None:
    refused = [Message(role="user", text="q"), Message(role="tool", text="Refused: sku 'X' was not said.", call_id="c")]
    assert [message.role for message in cut([*refused, *a_turn(1)], budget=10)] == ["user", "assistant", "tool", "assistant"]


def test_dropped_turns_without_facts_leave_no_note() -> None:
    chat = [Message(role="user", text="hello"), Message(role="assistant", text="hi")]
    assert [message.role for message in cut([*chat, *chat], budget=1)] == ["user", "assistant"]
