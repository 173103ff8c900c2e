"""``warmline policy explain``: a message, or a stored turn, and everything that led to its decision."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import UsageError

from .db_place import with_store
from .options import Home, Json, example

if TYPE_CHECKING:
    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.facts import Facts
    from warmline.agent.guard.policy import Policy
    from warmline.settings import Settings

    from .explanation import Explanation

EXAMPLES = example(
    'warmline policy explain "Where is my order?" --as C-1001',
    'warmline policy explain "It came broken." --policy mine.yaml --order-total 620 --json',
    "warmline policy explain --turn chat-1f2e3d4c/m-7 --store sqlite:///warmline.db",
)


def explain(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="A customer's message.")] = None,
    who: Annotated[str | None, typer.Option("--as", metavar="CUSTOMER", help="Sign in, by id or e-mail address.")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="A policy of your own.")] = None,
    order_total: Annotated[
        float | None, typer.Option("--order-total", metavar="N", min=0, help="The total of the order at stake.")
    ] = None,
    turn: Annotated[
        str | None,
        typer.Option(
            "--turn", metavar="CONVERSATION/MESSAGE", help="Explain a stored decision instead, from what was read then."
        ),
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="With --turn: the database (default: the configured one).")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say why a message is for the agent or for a person.

    Every signal with its source, every rule's outcome, what the customer would read, and what would change the decision.
    """
    from warmline.settings import Settings

    from .explanation import as_json
    from .policy_view import show
    from .screen import console, print_json

    if (text is None) == (turn is None):
        raise typer.BadParameter("give a customer's message, or --turn for a stored one", param_hint="TEXT")
    if turn is not None and (who or order_total is not None):
        raise typer.BadParameter("a stored turn has its own facts; leave out --as and --order-total", param_hint="--turn")
    if store is not None and turn is None:
        raise typer.BadParameter("goes with --turn", param_hint="--store")
    settings = Settings.from_env(home=home)
    file = policy or settings.policy
    if turn is not None:
        explanation = asyncio.run(_stored(settings, turn, store, file))
    else:
        total = None if order_total is None else Decimal(str(order_total))
        explanation = _read(text or "", asyncio.run(_facts(settings, text or "", who, total)), file)
    if json:
        print_json(as_json(explanation))
    else:
        show(explanation, console=console())


def _read(text: str, facts: "Facts", file: Path | None) -> "Explanation":
    from warmline.agent.guard.masking import mask
    from warmline.agent.guard.text import clean

    from .assembly import ready_guard
    from .explanation import explained

    guard = ready_guard(file)
    said = mask(clean(text))  # as SupportAgent does before it reads
    signals = guard.read_many([said], facts)[0]
    nothing = None if said.strip() else guard.nothing_said()
    words = guard.words_behind(said, signals) if signals.failure is None else {}
    return explained(guard.policy, said, signals, decision=nothing, words=words)


async def _facts(settings: "Settings", text: str, who: str | None, total: Decimal | None) -> "Facts":
    """What the agent would know: the signed-in customer, and the orders of theirs that the message names."""
    from warmline.agent.guard.facts import CustomerFacts, Facts

    if who is None:
        return Facts(order_total=total)
    from warmline.agent.stakes import LOOKED_AT, MAX_NAMED, numbers_in

    from .assembly import open_chosen_shop
    from .customers import find_customer

    async with open_chosen_shop(settings) as shop:
        customer = await find_customer(shop, who)
        orders = [await shop.get_order(number) for number in numbers_in(text[:LOOKED_AT])[:MAX_NAMED]]
    own = [order.total.amount for order in orders if order is not None and order.customer_id == customer.customer_id]
    stake = max(own, default=None) if total is None else total
    return Facts(customer=CustomerFacts.of(customer), order_total=stake, verification="signed_in")


async def _stored(settings: "Settings", turn: str, url: str | None, file: Path | None) -> "Explanation":
    from warmline.agent.store.recorded import recorded_decision

    from .assembly import load_guard, open_store

    conversation, slash, message = turn.rpartition("/")
    if not slash or not conversation or not message:
        raise UsageError(f"--turn {turn!r}: expected CONVERSATION/MESSAGE, such as chat-1f2e3d4c/m-7")
    async with open_store(with_store(settings, url)) as store:
        text, recorded = await recorded_decision(store, conversation, message)
    return _decided_again(load_guard(file).policy, text, recorded)


def _decided_again(policy: "Policy", text: str, recorded: "Decision") -> "Explanation":
    from warmline.agent.guard.signals import Signals
    from warmline.agent.guard.topics import with_topics

    from .explanation import explained

    if not recorded.signals:
        before = f"{recorded.route}, {recorded.reason} (rule {recorded.rule}, layer {recorded.layer})"
        raise UsageError(f"this message was decided before anything was read: {before}; there is nothing to decide again")
    signals = with_topics(Signals.model_validate(recorded.signals), text, policy.topics)
    return explained(policy, text, signals, recorded=recorded)
