"""What a host's own system says of a customer: it counts, it is remembered for a while, and its silence never lowers anybody."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from warmline import SupportAgent
from warmline.agent.crm import AFTER_FAILURE, MAX_AGE, Crm
from warmline.agent.guard.facts import CustomerFacts
from warmline.errors import UsageError
from warmline.testing import NOW, MemoryShop, ScriptedModel, a_customer, an_order, dollars, says
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Customer

CONCERN = "Where is my order W-10432? It should have been here two days ago."
ORDINARY = CustomerFacts(tier="standard", lifetime_value=Decimal(240), consent=True)


class System:
    """A CRM that answers this, or raises it."""

    def __init__(self, *answers: CustomerFacts | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, customer: Customer) -> CustomerFacts:
        self.asked.append(customer.customer_id)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def never(_: Customer) -> CustomerFacts:
    await asyncio.Event().wait()
    raise AssertionError


async def served(
    facts: Callable[[Customer], Awaitable[CustomerFacts]] | None, customer: Customer | None = None
) -> tuple[str, str]:
    shop = MemoryShop(customers=[customer or a_customer()], orders=[an_order()])
    async with SupportAgent(shop=shop, model=ScriptedModel([says("It is on its way.")]), facts=facts) as agent:
        turn = await agent.reply("c-1", CONCERN, customer="C-1001")
        return turn.kind, turn.decision.reason


async def test_a_customer_the_system_values_goes_to_a_person() -> None:
    assert (await served(None))[0] == (await served(System(ORDINARY)))[0] == "replied"
    assert await served(System(CustomerFacts(tier="vip", lifetime_value=Decimal(10)))) == ("handed_off", "high_value")
    assert await served(System(CustomerFacts(tier="gold", lifetime_value=Decimal(9000)))) == ("handed_off", "high_value")


@pytest.mark.parametrize(
    "silent",
    [
        System(CustomerFacts()),
        System(CustomerFacts(tier="standard")),
        System(CustomerFacts(lifetime_value=Decimal(1))),
        System(RuntimeError("down")),
    ],
    ids=["nothing", "no value", "no tier", "down"],
)
async def test_what_it_does_not_say_is_unknown_and_goes_to_a_person(silent: System) -> None:
    assert await served(silent) == ("handed_off", "high_value")


async def test_its_silence_takes_nothing_from_what_the_shop_knows() -> None:
    crm = Crm(System(RuntimeError("down")), FrozenClock(NOW))
    facts = await crm.learn(a_customer(tier="vip", lifetime_value=dollars("5000.00")))
    assert (facts.tier, facts.lifetime_value, facts.certain) == ("vip", Decimal("5000.00"), False)


async def test_who_does_not_answer_in_time_is_not_waited_for() -> None:
    facts = await Crm(never, FrozenClock(NOW), seconds=0.01).learn(a_customer())
    assert not facts.certain


async def test_an_answer_is_remembered_until_it_is_too_old() -> None:
    clock, system = FrozenClock(NOW), System(ORDINARY)
    crm = Crm(system, clock)
    for _ in range(3):
        assert (await crm.learn(a_customer())).consent is True
    assert len(system.asked) == 1
    clock.moment += MAX_AGE - timedelta(seconds=1)
    await crm.learn(a_customer())
    assert len(system.asked) == 1
    clock.moment += timedelta(seconds=1)
    assert not crm.known(a_customer()).certain
    await crm.learn(a_customer())
    assert len(system.asked) == 2


async def test_a_failure_is_asked_about_again_soon() -> None:
    clock, system = FrozenClock(NOW), System(RuntimeError("down"), ORDINARY)
    crm = Crm(system, clock)
    assert not (await crm.learn(a_customer())).certain
    assert not (await crm.learn(a_customer())).certain
    clock.moment += AFTER_FAILURE
    assert (await crm.learn(a_customer())).certain
    assert len(system.asked) == 2


async def test_a_guests_order_is_looked_at_for_whose_it_is() -> None:
    vip = System(CustomerFacts(tier="vip", lifetime_value=Decimal(10)))
    shop = MemoryShop(customers=[a_customer()], orders=[an_order()])
    async with SupportAgent(shop=shop, facts=vip) as agent:
        turn = await agent.reply("c-1", f"{CONCERN} I am ada@example.com.")
    assert (turn.kind, turn.decision.reason) == ("handed_off", "high_value")


BY_CONSENT = """
version: 1
queues: {{unsure: {{queue: care}}}}
rules:
  - {{id: by_consent, when: 'customer.consent == "{word}"', route: human, reason: unsure}}
  - {{id: rest, when: "true", route: automate, reason: from_signals}}
"""


@pytest.mark.parametrize("system", [True, False], ids=["of a system", "of the shop"])
@pytest.mark.parametrize(("consent", "word"), [(True, "yes"), (False, "no"), (None, "unknown")])
async def test_a_policy_tells_a_consent_from_none_and_from_an_unknown_one(
    tmp_path: Path, consent: bool | None, word: str, system: bool
) -> None:
    """Of a guest nobody knows; of a customer the system's word stands against the shop's."""
    record = consent if not system else not consent
    shop = MemoryShop(customers=[a_customer(marketing_consent=bool(record))], orders=[an_order()])
    told = System(ORDINARY.model_copy(update={"consent": consent})) if system else None
    for rule in ("yes", "no", "unknown"):
        file = tmp_path / f"{rule}.yaml"
        file.write_text(BY_CONSENT.format(word=rule))
        async with SupportAgent(shop=shop, model=ScriptedModel([says("Hello.")]), policy=file, facts=told) as agent:
            turn = await agent.reply("c-1", "Hello!", customer=None if consent is None else "C-1001")
        assert turn.kind == ("handed_off" if rule == word else "replied")


def test_an_age_of_nothing_is_none() -> None:
    with pytest.raises(UsageError, match="facts_age"):
        SupportAgent(shop=MemoryShop(), facts_age=timedelta(0))
