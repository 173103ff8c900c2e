"""The reply gate on what models really write about results of the demo shop: nothing true is refused, nothing made up passes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from warmline.agent.guard.evidence import Evidence
from warmline.agent.guard.reply_gate import Problem, check_reply
from warmline.agent.models.base import Message
from warmline.prompts import render
from warmline.testing import ToolBench
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.shop import Shop
from warmline.tools.toolbox import ALL_TOOLS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WRITES = {tool.name for tool in ALL_TOOLS if tool.effect == "write"}


class Told(BaseModel):
    """A conversation so far, and what could be said in it."""

    said: str
    customer: str | None = None
    calls: list[dict[str, dict[str, Any]]] = []
    good: list[str]
    bad: list[str] = []

    @property
    def done(self) -> list[str]:
        """The writes among the calls."""
        return [name for call in self.calls for name in call if name in WRITES]


TOLD = [Told.model_validate(entry) for entry in yaml.safe_load(Path(__file__).with_name("replies.yaml").read_text("utf-8"))]


@dataclass
class Floor:
    """The demo shop, as each conversation of the file finds it."""

    shop: Shop

    async def evidence(self, told: Told) -> Evidence:
        """What the conversation has shown."""
        customer = await self.shop.get_customer(told.customer) if told.customer else None
        bench = ToolBench(self.shop, customer=customer, clock=FrozenClock(NOON))
        today = f"{NOON:%A, %Y-%m-%d}"
        context = render("agent", "context_guest", today=today)
        if customer is not None:
            context = render("agent", "context_customer", name=customer.name, email=customer.email, today=today)
        thread = [Message(role="system", text=context), Message(role="user", text=told.said)]
        for call in told.calls:
            for name, arguments in call.items():
                result = await bench.run(name, **arguments)
                thread.append(Message(role="tool", text=result.model_dump_json(exclude_none=True), call_id=name))
        return Evidence.of(thread, today=NOON.date())


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    shop = await open_demo_shop("sqlite://", clock=FrozenClock(NOON), labels=tmp_path)
    yield Floor(shop)
    await shop.close()


def problems(reply: str, evidence: Evidence, told: Told) -> list[Problem]:
    names = [tool.name for tool in ALL_TOOLS]
    return check_reply(reply, evidence=evidence, done=told.done, system=render("agent", "system"), tools=names)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.said)
async def test_what_is_so_may_be_said(floor: Floor, told: Told) -> None:
    evidence = await floor.evidence(told)
    assert [(reply, refused) for reply in told.good if (refused := problems(reply, evidence, told))] == []


@pytest.mark.parametrize("told", [told for told in TOLD if told.bad], ids=lambda told: told.said)
async def test_what_is_made_up_may_not_be_said(floor: Floor, told: Told) -> None:
    evidence = await floor.evidence(told)
    assert [reply for reply in told.bad if not problems(reply, evidence, told)] == []
