"""What people did there: each thing once and in order, and never an internal word to a customer."""

from warmline.errors import ShopDrifted, ShopError, ShopRefused, ShopUnavailable, UsageError
from warmline.testing.shop_contract.verdicts import NotOffered, broken, expect
from warmline.tools.helpdesks.helpdesk import HAND_BACK

from .promises import kinds, made, meet, promises, read, unheard
from .world import HelpDeskWorld, Trouble

FORBIDDEN = 403


async def a_public_answer_is_a_reply_and_a_note_is_nothing(world: HelpDeskWorld) -> None:
    """A note never reaches a customer, whatever it says."""
    number = await made(world)
    await world.colleague.note(number, "be nice to her")
    await world.colleague.answer(number, "It lapses tomorrow.")
    happened, _ = await unheard(world, number)
    expect([(one.kind, one.text) for one in happened] == [("reply", "It lapses tomorrow.")], f"what happened is {happened}")
    expect(happened[0].who, "nobody knows who answered")
    expect(happened[0].at.tzinfo is not None, "the time of the answer has no zone")


async def the_customers_own_words_are_no_reply(world: HelpDeskWorld) -> None:
    """They are told to people here, not to the customer."""
    number = await made(world)
    await world.colleague.customer_writes(number, "By mail: any news?")
    happened = await kinds(world, number)
    expect(happened == [("customer", "By mail: any news?")], f"what happened is {happened}")


async def the_last_change_counts(world: HelpDeskWorld) -> None:
    """Closed and opened again is open; an answer comes before the end that followed it."""
    number = await made(world)
    await world.colleague.close(number)
    await world.pause()
    await world.colleague.reopen(number)
    happened = await kinds(world, number)
    expect(happened == [("standing", "open")], f"closed and opened again, what happened is {happened}")
    await world.pause()
    await world.colleague.answer(number, "Done.")
    await world.colleague.close(number)
    happened = await kinds(world, number)
    expect(happened[-2:] == [("reply", "Done."), ("standing", "solved")], f"answered and closed, what happened is {happened}")


async def nothing_is_heard_twice(world: HelpDeskWorld) -> None:
    """After its mark only what is new is new, wherever our own notes stand between."""
    number = await made(world)
    await world.colleague.answer(number, "one")
    await world.colleague.close(number)
    first, mark = await unheard(world, number)
    again, same = await unheard(world, number, mark)
    expect((len(first), len(again), same) == (2, 0, mark), f"heard {len(first)}, then {len(again)} once more")
    await world.pause()
    await world.helpdesk.add(await read(world, number), "The customer came back", said=9, standing="open")
    await world.pause()
    await world.colleague.answer(number, "two")
    new, _ = await unheard(world, number, mark)
    expect([(one.kind, one.text) for one in new] == [("reply", "two")], f"after the mark there is {new}")


async def each_thing_can_be_taken_in_by_itself(world: HelpDeskWorld) -> None:
    """Who stops between two things goes on with the second."""
    number = await made(world)
    for words in ("one", "two", "three"):
        await world.colleague.answer(number, words)
    first, _ = await unheard(world, number)
    rest, _ = await unheard(world, number, first[0].mark)
    expect([one.text for one in rest] == ["two", "three"], f"after the first there are {[one.text for one in rest]}")


async def the_tag_hands_back_with_what_to_do(world: HelpDeskWorld) -> None:
    """Taken off and set again it is a new wish; that it was set is not forgotten when it is taken off."""
    number = await made(world)
    await world.colleague.hand_back(number, "offer the exchange")
    await world.helpdesk.tag(number, remove=[HAND_BACK])
    happened, mark = await unheard(world, number)
    backs = [one.text for one in happened if one.kind == "hand_back"]
    expect(backs == ["offer the exchange"], f"handed back once, the wishes are {backs}")
    await world.pause()
    await world.colleague.hand_back(number, "and a voucher")
    again = [one.text for one in (await unheard(world, number, mark))[0] if one.kind == "hand_back"]
    expect(again == ["and a voucher"], f"handed back once more, the new wishes are {again}")


async def what_was_deleted_is_gone(world: HelpDeskWorld) -> None:
    """It is no error, and no end of the case."""
    number = await made(world)
    await world.colleague.delete(number)
    ticket = await read(world, number)
    expect((ticket.standing, list(ticket.happenings)) == ("gone", []), f"deleted, it reads {ticket}")


async def a_poll_names_what_changed_once(world: HelpDeskWorld) -> None:
    """And goes on from where it was."""
    number, since = await made(world), world.now()
    await world.colleague.answer(number, "It lapses tomorrow.")
    await world.pause()
    page = await world.helpdesk.changed(None, since=since)
    named = list(page.tickets)
    while page.more:
        page = await world.helpdesk.changed(page.cursor, since=since)
        named += page.tickets
    if not named and not page.cursor:
        raise NotOffered("this help desk is not polled")
    expect(number in named, f"{number} was answered, and the poll names {named}")
    later = (await world.helpdesk.changed(page.cursor, since=since)).tickets
    expect(number not in later, "the next poll names it once more")


async def a_webhook_is_believed_only_if_it_is_genuine(world: HelpDeskWorld) -> None:
    """And of it only the ticket's number."""
    number = await made(world)
    if world.webhook is None:
        raise NotOffered("the world has no webhook (HelpDeskWorld.webhook)")
    headers, body = world.webhook(number)
    named = world.helpdesk.ticket_of(headers, body, now=world.now())
    expect(named == number, f"the webhook is about {number}, and is read as {named!r}")
    for forged in ({}, {name: f"{value}x" for name, value in headers.items()}):
        try:
            world.helpdesk.ticket_of(forged, body, now=world.now())
        except UsageError:
            continue
        broken(f"a webhook with the headers {sorted(forged)} and no right secret was believed")


async def too_many_requests_and_a_servers_error_are_waited_out(world: HelpDeskWorld) -> None:
    """With a time to wait, without one, and with no sense in the answer."""
    number = await made(world)
    for trouble in (Trouble(status=429, headers={"Retry-After": "1"}), Trouble(status=429), Trouble(status=503, body=b"<html>")):
        meet(world, trouble)
        expect((await read(world, number)).ticket_id == number, f"after HTTP {trouble.status} it is not read")


async def half_an_answer_is_no_answer(world: HelpDeskWorld) -> None:
    """It is asked again or said to be an error; never taken for the whole."""
    number = await made(world)
    await world.colleague.answer(number, "one")
    meet(world, Trouble(body=b'{"id": 1, "stat'))
    try:
        happened = await kinds(world, number)
    except ShopError:
        return
    expect(happened == [("reply", "one")], f"after half an answer, what happened is {happened}")


async def what_is_not_documented_is_drift(world: HelpDeskWorld) -> None:
    """And a refusal has its status."""
    number = await made(world)
    meet(world, Trouble(body=b'{"something": "else"}'))
    try:
        await read(world, number)
    except ShopDrifted:
        pass
    else:
        broken("an answer without anything that is documented was read as a ticket")
    meet(world, Trouble(status=FORBIDDEN))
    try:
        await read(world, number)
    except ShopUnavailable:
        broken("a refusal was taken for an outage, and would be asked for ever")
    except ShopRefused as error:
        expect(error.status == FORBIDDEN, f"refused with {FORBIDDEN}, the error says {error.status}")


HEARING = promises(
    "hearing",
    a_public_answer_is_a_reply_and_a_note_is_nothing,
    the_customers_own_words_are_no_reply,
    the_last_change_counts,
    nothing_is_heard_twice,
    each_thing_can_be_taken_in_by_itself,
    the_tag_hands_back_with_what_to_do,
    what_was_deleted_is_gone,
)
NOTICING = promises("noticing", a_poll_names_what_changed_once, a_webhook_is_believed_only_if_it_is_genuine)
FAULTS = promises(
    "faults",
    too_many_requests_and_a_servers_error_are_waited_out,
    half_an_answer_is_no_answer,
    what_is_not_documented_is_drift,
)
