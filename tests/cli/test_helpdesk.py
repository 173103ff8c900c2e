"""``warmline helpdesk`` and ``warmline doctor --helpdesk``: what is not set is named, and one pass brings cases there and answers here."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from support.fake_gorgias import FakeGorgias
from support.fake_zendesk import FakeZendesk
from support.helpdesk import SETTINGS, a_service
from support.helpdesk_worlds import GORGIAS_SETTINGS, a_gorgias
from support.shell import Shell

from warmline.tools.clock import FrozenClock, SystemClock
from warmline.tools.helpdesks import gorgias, zendesk
from warmline.tools.helpdesks.gorgias import Gorgias
from warmline.tools.helpdesks.zendesk import Zendesk


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeZendesk:
    """Zendesk is chosen, and it is the fake one."""
    fake = FakeZendesk(FrozenClock(SystemClock().now()))

    @asynccontextmanager
    async def open_helpdesk(*_: Any) -> AsyncGenerator[Zendesk]:
        async with a_service(fake) as service:
            yield Zendesk(service)

    monkeypatch.setattr(zendesk, "open_helpdesk", open_helpdesk)
    return fake


@pytest.fixture
def chosen(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WARMLINE_HELPDESK": "zendesk", **SETTINGS}.items():
        monkeypatch.setenv(name, value)


def test_without_a_help_desk_the_setting_is_named(shell: Shell) -> None:
    ran = shell("helpdesk", "sync")
    assert (ran.code, ran.err) == (3, "warmline: WARMLINE_HELPDESK: is not set; expected zendesk or gorgias\n")
    told = json.loads(shell("doctor", "--helpdesk", "--json").out)
    assert [(one["status"], one["found"]) for one in told] == [("warning", "none is chosen: people work here")]


@pytest.mark.usefixtures("chosen")
def test_a_setting_that_is_missing_is_a_problem(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WARMLINE_ZENDESK_TOKEN")
    ran = shell("doctor", "--helpdesk")
    assert ran.code == 1
    assert "WARMLINE_ZENDESK_TOKEN: is not set" in ran.out


@pytest.mark.usefixtures("chosen")
def test_the_account_is_examined_by_reads(shell: Shell, fake: FakeZendesk) -> None:
    ran = shell("doctor", "--helpdesk")
    assert ran.code == 0
    assert "taken; the role is admin" in " ".join(ran.out.split())
    assert all(one.startswith("GET") for one in fake.asked)


def test_a_gorgias_account_is_examined_by_reads(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeGorgias(FrozenClock(SystemClock().now()))

    @asynccontextmanager
    async def open_helpdesk(*_: Any) -> AsyncGenerator[Gorgias]:
        yield a_gorgias(fake)

    monkeypatch.setattr(gorgias, "open_helpdesk", open_helpdesk)
    for name, value in {"WARMLINE_HELPDESK": "gorgias", **GORGIAS_SETTINGS}.items():
        monkeypatch.setenv(name, value)
    ran = shell("doctor", "--helpdesk", "--json")
    assert ran.code == 0
    assert [(one["name"], one["status"]) for one in json.loads(ran.out)] == [
        (name, "ok") for name in ("credentials", "tickets", "events", "tags", "webhooks")
    ]
    assert all(one.startswith("GET") for one in fake.asked)


def test_only_one_thing_is_examined_alone(shell: Shell) -> None:
    assert shell("doctor", "--helpdesk", "--shop").code == 2


@pytest.mark.usefixtures("chosen", "case_id")
def test_one_pass_makes_the_ticket_and_the_next_one_brings_nothing(shell: Shell, fake: FakeZendesk) -> None:
    ran = shell("helpdesk", "sync", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["events"] >= 1
    ((_, ticket),) = fake.tickets.items()
    assert "W-10460" in ticket.notes[0]
    assert shell("helpdesk", "sync").out == "Zendesk: 0 events told; 0 things taken in or caught up with.\n"


@pytest.mark.usefixtures("chosen", "case_id")
def test_a_worker_does_the_same(shell: Shell, fake: FakeZendesk) -> None:
    ran = shell("worker", "--once", "--json")
    assert ran.code == 0, ran.err
    assert len(fake.tickets) == 1


@pytest.mark.usefixtures("chosen", "case_id")
def test_a_help_desk_that_fails_is_said_and_the_exit_code_is_1(shell: Shell, fake: FakeZendesk) -> None:
    fake.users.clear()
    fake.faults = [httpx2.Response(403)] * 20
    ran = shell("helpdesk", "sync")
    assert ran.code == 1
    assert "not taken, tried again later" in ran.out
    assert ran.err.startswith("warmline: Zendesk: tickets.export was refused with HTTP 403.")
