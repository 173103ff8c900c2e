"""What a host's own system says of a customer, beside the shop's record: asked in time, remembered for a while, and never taken for less.

Where it does not answer, or does not know, the shop's record stands, but as one that is not certain: the policy takes such a customer for unknown
(``customer.known`` is false), and the default one sends a concern of theirs to a person.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from warmline.errors import UsageError
from warmline.tools.calling import Threads
from warmline.tools.clock import Clock
from warmline.tools.model import Customer

from .guard.facts import CustomerFacts

FactsOf = Callable[[Customer], Awaitable[CustomerFacts] | CustomerFacts]
"""A host's function, async or plain: what is known of a customer; a field that is ``None`` is unknown."""

MAX_AGE = timedelta(minutes=5)
AFTER_FAILURE = timedelta(seconds=30)
"""For how long nobody is asked again who did not answer: a turn does not wait for a system that is down each time."""

SECONDS = 2.0
THREADS = 8
"""So many plain functions are asked at once; while all hang, customers are of unknown worth."""

MOST = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Learnt:
    facts: CustomerFacts | None
    until: datetime


class Crm:
    """The facts of customers, asked of ``ask`` at most every ``max_age``; without it they are those of the shop's record."""

    def __init__(self, ask: FactsOf | None, clock: Clock, *, max_age: timedelta = MAX_AGE, seconds: float = SECONDS) -> None:
        if max_age <= timedelta(0) or seconds <= 0:
            raise UsageError(f"facts are asked for within {seconds!r} s and kept for {max_age!r}; expected more than 0 of both")
        self._ask, self._clock, self._max_age, self._seconds = ask, clock, max_age, seconds
        self._threads = Threads(THREADS, "warmline-facts")
        self._learnt: OrderedDict[str, _Learnt] = OrderedDict()

    async def learn(self, customer: Customer | None) -> CustomerFacts:
        """The facts, asked for if they are not there or too old."""
        if self._ask is not None and customer is not None and self._remembered(customer) is None:
            self._keep(customer, await self._answer(self._ask, customer))
        return self.known(customer)

    def known(self, customer: Customer | None) -> CustomerFacts:
        """The facts as far as they are there, without asking."""
        record = CustomerFacts.of(customer)
        if self._ask is None or customer is None:
            return record
        learnt = self._remembered(customer)
        return _together(record, learnt.facts if learnt is not None else None)

    def _remembered(self, customer: Customer) -> _Learnt | None:
        learnt = self._learnt.get(customer.customer_id)
        return learnt if learnt is not None and self._clock.now() < learnt.until else None

    def _keep(self, customer: Customer, facts: CustomerFacts | None) -> None:
        until = self._clock.now() + (self._max_age if facts is not None else min(AFTER_FAILURE, self._max_age))
        self._learnt[customer.customer_id] = _Learnt(facts=facts, until=until)
        self._learnt.move_to_end(customer.customer_id)
        if len(self._learnt) > MOST:
            self._learnt.popitem(last=False)

    async def _answer(self, ask: FactsOf, customer: Customer) -> CustomerFacts | None:
        try:
            async with asyncio.timeout(self._seconds):
                return CustomerFacts.model_validate(await self._threads.called(ask, customer), from_attributes=True)
        except Exception as error:  # noqa: BLE001 (whatever the host's fault, the customer is served, as one of unknown worth)
            _log.warning("the facts of a customer could not be asked for: %s", type(error).__name__)
            return None


def _together(record: CustomerFacts, told: CustomerFacts | None) -> CustomerFacts:
    """The record with what was told; what was not told stands as recorded, and is not certain."""
    if told is None:
        return record.model_copy(update={"certain": False})
    said = {name: value for name, value in told.model_dump().items() if value is not None}
    certain = told.certain and told.tier is not None and told.lifetime_value is not None
    return record.model_copy(update={**said, "certain": certain})
