"""The register of consents, on each database: what is kept and can be shown, what erasing a person leaves, how far a write came."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from support.databases import KINDS, postgresql_url
from tests.support.klaviyo_account import ADA, a_consent

from warmline.errors import OutcomeUnknown, UsageError
from warmline.testing import NOW
from warmline.tools.model import EnrolmentReceipt, StopReceipt, SubscriptionReceipt
from warmline.tools.shops.klaviyo import Register, forget
from warmline.tools.sqlshop.database import Database

NUMBER, BEN = "+4915112345678", "ben@example.com"
TABLES = ("klaviyo_write", "klaviyo_consent", "klaviyo_stop")


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for a register."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'consents.db'}"
    url = postgresql_url()
    database = Database(url=url)
    async with database.transaction() as session:
        for table in TABLES:
            await session.exec(text(f"DROP TABLE IF EXISTS {table}"))  # pyright: ignore[reportCallIssue, reportArgumentType]
    await database.close()
    return url


@pytest.fixture
async def register(url: str) -> AsyncIterator[Register]:
    async with Register(url=url) as register:
        yield register


async def everything(url: str) -> str:
    """All that stands in the register, as one text."""
    database = Database(url=url)
    async with database.transaction() as session:
        connection = await session.connection()
        rows = [(await connection.execute(text(f"SELECT * FROM {table}"))).all() for table in TABLES]  # noqa: S608 (our names)
    await database.close()
    return repr(rows)


async def test_a_consent_is_kept_once_with_its_words_and_its_time(register: Register) -> None:
    await register.note(a_consent(), "k")
    await register.note(a_consent(about="OTHER"), "k")
    await register.note(a_consent("care_series", address=" ADA@example.com "), "c")
    assert await register.consent("k") == a_consent()
    assert [(one.purpose, one.given_at) for one in await register.consents("Ada@Example.com")] == [
        ("back_in_stock", NOW),
        ("care_series", NOW),
    ]


async def test_a_consent_taken_back_counts_no_more_until_there_is_a_newer_one(register: Register) -> None:
    consent = a_consent(address=NUMBER, channel="sms")
    await register.stop("sms", NUMBER, at=NOW + timedelta(minutes=1), key="s")
    assert await register.stopped_since(consent)
    assert not await register.stopped_since(consent.model_copy(update={"given_at": NOW + timedelta(minutes=2)}))
    assert not await register.stopped_since(a_consent())


async def test_a_write_is_begun_once_and_a_step_that_may_have_been_sent_is_not_sent_again(register: Register) -> None:
    receipt = SubscriptionReceipt(sku="BOOT-41", phone=NUMBER, since=NOW)
    later = receipt.model_copy(update={"since": NOW + timedelta(days=1)})
    assert (await register.begin("k", receipt))[0] == (await register.begin("k", later))[0] == receipt
    assert await register.send("k", 0, again=False)
    assert not await register.send("k", 0, again=False)
    with pytest.raises(OutcomeUnknown):
        await register.found("k")
    await register.made("k", 0, last=True)
    assert await register.found("k") == receipt
    with pytest.raises(UsageError, match="expected a new key"):
        await register.begin("k", EnrolmentReceipt(product_id="boots", email=ADA, since=NOW))


async def test_who_is_forgotten_leaves_nothing_but_that_they_want_no_messages(register: Register, url: str) -> None:
    await register.note(a_consent(), "k")
    await register.begin("k", SubscriptionReceipt(sku="BOOT-41", email=ADA, since=NOW))
    await register.stop("email", ADA, at=NOW + timedelta(minutes=1), key="s")
    await register.begin("s", StopReceipt(email=ADA, stopped_at=NOW))
    await register.note(a_consent(address=BEN), "b")
    assert await register.forget("ADA@example.com ") == 1
    assert await register.consents(ADA) == []
    assert ADA not in await everything(url)
    assert await register.stopped_since(a_consent())
    assert await register.forget(ADA) == 0
    assert await register.stopped_since(a_consent())
    assert [one.address for one in await register.consents(BEN)] == [BEN]


async def test_what_was_written_for_a_person_is_found_by_its_key(url: str) -> None:
    async with Register(url=url) as register:
        await register.note(a_consent(address=NUMBER, channel="sms"), "t")
        await register.stop("sms", NUMBER, at=NOW, key="s")
    variables = {
        "WARMLINE_KLAVIYO_KEY": "pk_test",
        "WARMLINE_KLAVIYO_DOUBLE_LIST": "DblOpt",
        "WARMLINE_KLAVIYO_REGISTER_URL": url,
    }
    assert await forget(variables, keys={"t", "s"}, places=set()) == 1
    assert NUMBER not in await everything(url)
