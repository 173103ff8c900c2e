"""What people say of a case: whether it should have come to a person at all."""

from support.cases import a_case

from warmline.agent.desk.desk import Desk
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store


async def test_anybody_may_judge_a_case_also_when_it_is_closed(store: Store) -> None:
    case_id, desk = await a_case(store), Desk(store)
    await desk.claim(case_id, by="ana")
    await desk.judge(case_id, "missed", by="ben", note="she asked twice")
    await desk.resolve(case_id, by="ana")
    case = await desk.judge(case_id, "needless", by="cid")
    said = [(one.kind, one.who, one.note) for one in case.events if one.kind.startswith("judged")]
    assert said == [("judged_missed", "ben", "she asked twice"), ("judged_needless", "cid", "")]
    assert case.status == "resolved"
    async with store.engine.connect() as connection:
        told = [row.body for row in await connection.execute(OUTBOX.select()) if row.kind == "case_judged"]
    assert ['"verdict": "missed"' in told[0], '"verdict": "needless"' in told[1]] == [True, True]


async def test_a_verdict_outlives_the_customer_it_was_about_without_its_words(store: Store) -> None:
    case_id = await a_case(store)
    await Desk(store).judge(case_id, "missed", by="ana", note="Ms Moore wrote thrice")
    await erase(store, Whose(conversation_id="c1"), by="ana")
    (verdict,) = [one for one in (await Desk(store).case(case_id)).events if one.kind == "judged_missed"]
    assert verdict.note == ""
