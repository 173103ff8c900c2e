"""A store and a shop whose process may die, or be suspended, at every point where that hurts."""

import json
import os
import signal
import socket
from collections.abc import Collection
from random import Random
from typing import Any

from warmline.agent.store.database import before_commit
from warmline.agent.store.store import Closing, Opened, Store
from warmline.agent.store.writes import Written
from warmline.errors import ShopError
from warmline.tools.model import Customer, Order, Receipt
from warmline.tools.sqlshop import SqlShop

from .ground import Ground

WRITING = 8
"""How many times as dangerous it is around a write."""


class Fate:
    """Draws what happens to a process at a point, by the run's seed and the process's ``life``, and tells the driver before it does."""

    def __init__(self, ground: Ground, life: int) -> None:
        self._ground, self._life = ground, life
        self._draws = Random(f"{ground.seed}/{life}")  # noqa: S311 - repeatable chance
        self._bell = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def meets(self, point: str, *, may_freeze: bool = True, weight: int = 1) -> None:
        """Pass a point of danger, or do not; one of more ``weight`` is so many times as dangerous."""
        draw = self._draws.random() / weight
        if draw < self._ground.deadly:
            self._suffer("killed", point, signal.SIGKILL)
        elif may_freeze and draw < self._ground.deadly + self._ground.freezing:
            self._suffer("frozen", point, signal.SIGSTOP)

    def stumbles(self) -> None:
        """Let a read of the shop fail, or not."""
        if self._draws.random() < self._ground.flaky:
            raise ShopError("The shop stumbled, as it was told to.")

    def tell(self, what: str, point: str) -> None:
        """Let the driver know."""
        told = json.dumps({"what": what, "point": point, "life": self._life})
        self._bell.sendto(told.encode(), ("127.0.0.1", self._ground.bell_port))

    def _suffer(self, what: str, point: str, sent: signal.Signals) -> None:
        self.tell(what, point)
        os.kill(os.getpid(), sent)


class MortalStore(Store):
    """A store whose process may die before and after each of its transactions, and just before one commits.

    There it is also suspended where that holds up one conversation only: on PostgreSQL.
    """

    fate: Fate

    def endanger(self, fate: Fate) -> None:
        """From now on."""
        self.fate = fate
        alone = self.engine.dialect.name == "postgresql"

        before_commit(self.engine, lambda: fate.meets("store: before a commit", may_freeze=alone))

    async def start_write(
        self, opened: Opened, *, key: str, tool: str, arguments: str, addresses: Collection[str] = ()
    ) -> Written:
        entry = await super().start_write(opened, key=key, tool=tool, arguments=arguments, addresses=addresses)
        self.fate.meets("store: a write is entered", weight=WRITING)
        return entry

    async def finish_write(self, key: str, *, status: str, result: str) -> None:
        self.fate.meets("store: a write is made, not noted", weight=WRITING)
        await super().finish_write(key, status=status, result=result)
        self.fate.meets("store: a write is noted", weight=WRITING)

    async def close_turn(self, opened: Opened, closing: Closing) -> None:
        self.fate.meets("store: before closing")
        await super().close_turn(opened, closing)
        self.fate.meets("store: closed, not told")


class MortalShop(SqlShop):
    """A shop whose process may die before a write, just before it commits and after, and whose reads may fail."""

    fate: Fate

    def endanger(self, fate: Fate) -> None:
        """From now on."""
        self.fate = fate

    async def get_customer(self, customer_id: str) -> Customer | None:
        self.fate.stumbles()
        return await super().get_customer(customer_id)

    async def get_order(self, number: str) -> Order | None:
        self.fate.stumbles()
        return await super().get_order(number)

    async def find_receipt(self, key: str) -> Receipt | None:
        self.fate.stumbles()
        return await super().find_receipt(key)

    async def _do(self, key: str, made: Any, work: Any) -> Any:
        """Every write of a ``SqlShop`` goes through here."""

        async def dangerous(write: Any) -> Any:
            receipt = await work(write)
            self.fate.meets("shop: before the commit", may_freeze=False, weight=WRITING)
            return receipt

        self.fate.meets("shop: before a write", weight=WRITING)
        receipt = await super()._do(key, made, dangerous)
        self.fate.meets("shop: after the commit", weight=WRITING)
        return receipt
