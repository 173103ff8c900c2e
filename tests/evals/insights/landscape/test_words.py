"""The customer's own words, and those words without what names them."""

import pytest

from warmline.evals.insights.landscape.words import redacted, spoken


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Where is it?\n\nOn Mon, 2 Mar 2026 at 10:00, Shop <a@b.example> wrote:\n> Thanks", "Where is it?"),
        ("Wo ist es?\nAm 2. März 2026 um 10:00 schrieb Shop:\n> Danke", "Wo ist es?"),
        ("Where is it?\n-- \nJo Miller\nAcme", "Where is it?"),
        ("<style>p{}</style><p>Where is it?</p><p>Soon&nbsp;?</p>", "Where is it?\nSoon ?"),
        ("is 3 < 5 and 7 > 2?", "is 3 < 5 and 7 > 2?"),
        ("> quoted from the first line", "> quoted from the first line"),
    ],
)
def test_history_markup_and_signature_are_cut(body: str, words: str) -> None:
    assert spoken("", body) == words


def test_the_subject_is_said_once() -> None:
    assert spoken("Re: Fwd: Broken lamp", "It arrived broken") == "Broken lamp\nIt arrived broken"
    assert spoken("Broken lamp", "Broken lamp, sadly") == "Broken lamp, sadly"


@pytest.mark.parametrize(
    "secret",
    [
        "jo.miller@mail.example",
        "4111 1111 1111 1111",
        "W-10448",
        "+44 20 7946 0958",
        "https://shop.example/o/8891",
        "100023991",
        "#48213",
        "Miller",
    ],
)
def test_what_names_a_person_is_gone(secret: str) -> None:
    said = redacted(f"Hello, this is Jo about {secret}. Please help.", "Jo Miller")
    assert secret not in said
    assert said.startswith("Hello, this is ")
    assert said.endswith(". Please help.")


@pytest.mark.parametrize(
    ("customer", "text", "left"),
    [
        ("Wu Li", "This is Wu Li. Is it here?", "This is [name]. Is it here?"),
        ("Wu Li", "it's wu li again", "it's [name] again"),
        ("Wu Li", "Li here, LI I say", "[name] here, [name] I say"),
        ("An Nguyen", "Wo an der Tür war es, Nguyen", "Wo an der Tür war es, [name]"),
        ("wu.li@shop.example", "I am Wu", "I am [name]"),
        ("李伟", "我是李伟请问", "我是[name]请问"),
        ("Jo_Miller", "I am jo miller", "I am [name]"),
        ("Jo_Miller", "write to jo_miller", "write to [name]"),
        ("An", "it lay an hour, says An", "it lay an hour, says [name]"),
        ("A", "A lamp", "A lamp"),
        ("7", "7 lamps", "7 lamps"),
    ],
)
def test_a_short_name_is_gone_too_and_a_word_like_it_stays(customer: str, text: str, left: str) -> None:
    assert redacted(text, customer) == left


def test_a_name_below_the_greeting_is_gone() -> None:
    assert redacted("Where is it?\nKind regards,\nAda Lovelace") == "Where is it?\nKind regards"
