"""The auditor's look at writes: confirmed ones exist once, unconfirmed ones not at all, and each one was told to somebody."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from .left import Closed, Left, Row, Violation
from .talks import GREY_UNITS, Talk, delivered_order, email_of, fresh_order


def audit_writes(left: Left, talk: Talk) -> Iterator[Violation]:
    """One conversation's ledger and receipts against what its customer was asked and said."""
    turns, entries = left.turns.get(talk.conversation_id, []), left.ledger.get(talk.conversation_id, [])
    for row in entries:
        for what in (*_unconfirmed(turns, row), *_untrue(left, turns, row)):
            yield Violation(conversation=talk.conversation_id, message=_message(turns, row), what=what)
    for turn in turns:
        for what in _claimed(left, turns, turn, entries):
            yield Violation(conversation=talk.conversation_id, message=turn.message_id, what=what)
    made = len(left.made(talk.conversation_id))
    if made > talk.agrees:
        yield Violation(conversation=talk.conversation_id, message="*", what=f"{made} writes, and {int(talk.agrees)} yes")


def _unconfirmed(turns: Sequence[Closed], row: Row) -> Iterator[str]:
    """A write needs a question about exactly this, and a yes to it."""
    asked = any(
        (turn.kind, turn.outcome.get("tool"), turn.outcome.get("arguments"))
        == ("needs_confirmation", row["tool"], row["arguments"])
        for turn in turns
    )
    if not asked:
        yield f"{row['tool']} {row['arguments']} was written, and nobody was asked about it"
    if not any(turn.row["text"] == "yes" for turn in turns):
        yield f"{row['tool']} was written, and nobody said yes"


def _untrue(left: Left, turns: Sequence[Closed], row: Row) -> Iterator[str]:
    """The ledger says what is so, and what was written is known to the customer or to a person."""
    made = row["key"] in left.receipts
    if row["status"] == "done" and not made:
        yield f"{row['tool']} is done in the ledger, and the shop knows nothing of it"
    if row["status"] == "failed" and made:
        yield f"{row['tool']} failed by the ledger, and was made at the shop"
    told = any(turn.ran(row["tool"], "done") for turn in turns)
    given = any(turn.kind == "handed_off" and turn.ran(row["tool"], "unknown") for turn in turns)
    if made and not (told or given):
        yield f"{row['tool']} was made at the shop, and neither the customer nor a person was told"
    if made and row["status"] == "started" and not given:
        yield f"{row['tool']} was made at the shop and is still started in the ledger, and no person was told"


def _claimed(left: Left, turns: Sequence[Closed], turn: Closed, entries: Sequence[Row]) -> Iterator[str]:
    """A turn that says it wrote did; a plain yes to a question did write unless a person took over."""
    written = {row["tool"] for row in entries if row["key"] in left.receipts}
    for call in turn.outcome.get("tool_calls", ()):
        if call["effect"] == "write" and call["status"] == "done" and call["name"] not in {*written, "escalate"}:
            yield f"says that {call['name']} is done, and the shop knows nothing of it"
    before = turns[turns.index(turn) - 1] if turns.index(turn) else None
    alone = all(one.outcome["text"] for one in turns if one.kind == "replied")
    if before is None or before.kind != "needs_confirmation" or not (turn.row["text"] == "yes" and alone):
        return  # a yes that was answered together with another message is asked again
    if turn.kind == "replied" and before.outcome["tool"] not in written:
        yield f"yes was said to {before.outcome['tool']}, and it was not done"


def audit_shop(left: Left, talks: Sequence[Talk]) -> Iterator[Violation]:
    """The shop's own books: each receipt has its ledger's row, and orders, lists and stock say the same as the receipts."""
    entered = {row["key"] for entries in left.ledger.values() for row in entries}
    for key, row in left.receipts.items():
        if key not in entered:
            yield Violation(conversation="?", message="?", what=f"a {row['kind']} that the ledger does not know")
    done: Counter[str] = Counter()
    for talk in talks:
        receipts = [(row["tool"], receipt) for row, receipt in left.made(talk.conversation_id)]
        done.update(tool for tool, _ in receipts)
        for what in _books(left, talk, receipts):
            yield Violation(conversation=talk.conversation_id, message="*", what=what)
    stock = {"CREW-NVY-M": GREY_UNITS + done["cancel_unshipped_order"], "CREW-GRY-M": GREY_UNITS - done["start_exchange"]}
    for sku, units in stock.items():
        if left.units[sku] != units:
            yield Violation(conversation="*", message="*", what=f"{left.units[sku]} of {sku} on the shelf, expected {units}")


def _books(left: Left, talk: Talk, receipts: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    tools = Counter(tool for tool, _ in receipts)
    fresh, sent = left.orders[fresh_order(talk.number)], delivered_order(talk.number)
    if (fresh["status"] == "cancelled") != (tools["cancel_unshipped_order"] == 1):
        yield f"{tools['cancel_unshipped_order']} cancellations, and order {fresh['number']} is {fresh['status']}"
    if (_read(fresh["address"])["name"] == "Bo Ek") != (tools["change_shipping_address"] == 1):
        yield f"{tools['change_shipping_address']} changes of address, and it is {fresh['address']}"
    if left.returned[sent] != tools["start_return"] + tools["start_exchange"]:
        yield f"{left.returned[sent]} of order {sent} went back, by {tools['start_return'] + tools['start_exchange']} receipts"
    listed = sum(row["email"] == email_of(talk.number) for row in left.signups)
    if listed != tools["subscribe_back_in_stock"] + tools["enrol_in_care_series"]:
        yield f"stands on {listed} lists, by {dict(tools)}"


def _read(column: Any) -> Any:
    """A column of JSON, which SQLite gives as text and PostgreSQL as what it says."""
    return json.loads(column) if isinstance(column, str) else column


def _message(turns: Sequence[Closed], row: Row) -> str:
    return next((turn.message_id for turn in turns if turn.row["id"] == row["turn_id"]), "?")
