"""Two tickets of one case at Gorgias, which knows no idempotency key: one is left, and no word is lost."""

from support.fake_gorgias import FakeGorgias
from support.helpdesk_worlds import a_twin

from warmline.testing.helpdesk_contract.promises import a_ticket
from warmline.tools.helpdesks.gorgias import Gorgias


async def a_made(gorgias: Gorgias) -> int:
    return int((await gorgias.make(a_ticket())).ticket_id)


async def test_what_was_made_twice_is_thrown_away_later_and_what_was_written_on_it_is_noted_on_the_other(
    gorgias: Gorgias, fake: FakeGorgias
) -> None:
    kept = await a_made(gorgias)
    other = await a_twin(fake, a_ticket())
    assert await gorgias.keep_only("K-7F3QX", str(kept)) == 0
    fake.says(other, "Your money is back on Friday.")
    fake.says(other, "Between us.", public=False)
    assert await gorgias.keep_only("K-7F3QXM", "999") == 0
    assert await gorgias.keep_only("K-7F3QXM", str(kept)) == 1
    assert await gorgias.keep_only("K-7F3QXM", str(kept)) == 0
    assert [fake.tickets[one].fields["trashed_datetime"] is None for one in (kept, other)] == [True, False]
    [note] = fake.tickets[kept].notes[1:]
    assert str(other) in note
    assert note.endswith("write here:\n\nAna Ruiz: Your money is back on Friday.")
    assert (await gorgias.read(str(kept))).said == 3
    assert (await gorgias.read(str(kept))).happenings == []


async def test_what_was_made_twice_and_not_written_on_is_thrown_away_without_a_word(gorgias: Gorgias, fake: FakeGorgias) -> None:
    kept, other = await a_made(gorgias), await a_twin(fake, a_ticket())
    assert await gorgias.keep_only("K-7F3QXM", str(other)) == 1
    assert [fake.tickets[one].fields["trashed_datetime"] is None for one in (kept, other)] == [False, True]
    assert len(fake.tickets[other].notes) == 1
