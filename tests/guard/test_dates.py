"""Dates and figures, however they are written."""

import pytest

from warmline.agent.guard.figures import canonical_figure, from_words
from warmline.agent.guard.values import values_in


def found(text: str) -> list[tuple[str, str]]:
    return [(value.kind, value.canonical) for value in values_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "28 November 2026", "28. November 2026", "November 28, 2026", "Nov. 28, 2026", "28th of November, 2026", "2026-11-28", "2026/11/28",
        "11/28/2026", "28/11/2026", "28.11.2026", "28-11-2026", "11/28/26", "2026-11-28T10:00:00Z", "28 novembre 2026", "28 de noviembre de 2026",
        "28 de novembro de 2026", "28 november 2026",
    ],
)  # fmt: skip
def test_one_day_is_one_value_in_every_spelling(text: str) -> None:
    assert found(f"It comes {text} at noon") == [("date", "2026-11-28")]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("by 11/28", "11-28"), ("am 28.11. bei Ihnen", "11-28"), ("on the 28th.", "-28"), ("the 28th, at noon", "-28"), ("1er décembre", "12-01"),
        ("le 2 août", "08-02"), ("3. März", "03-03"), ("May 3", "05-03"), ("3 May", "05-03"),
    ],
)  # fmt: skip
def test_a_day_without_its_year_or_month_is_a_value_too(text: str, canonical: str) -> None:
    assert found(text) == [("date", canonical)]


def test_a_day_and_month_that_could_be_swapped_may_be_either() -> None:
    (value,) = values_in("5/11/2026")
    assert {value.canonical, value.also} == {"2026-05-11", "2026-11-05"}


@pytest.mark.parametrize(
    "text",
    [
        "The other 2 may arrive later.", "24/7", "available on 24/7", "size 39/40", "1/2 price", "a 50/50 chance", "the 2nd attempt", "on the 1st floor",
        "31 February", "a 2-in-1", "30x40cm", "8am-8pm", "9:30-17:00", "a 5-star choice", "7 days a week", "24 hours a day", "guten Morgen",
        "in de morgen", "por la mañana", "I'm not 100% sure", "within 10 hours", "the 41st.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_value_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("in two weeks", ["14"]), ("3-5 business days", ["3", "5"]), ("3 to 5 days", ["3", "5"]), ("within 48 hours", ["2"]), ("a 30-day window", ["30"]),
        ("3 bis 5 Werktage", ["3", "5"]), ("sous 5 jours", ["5"]), ("en 4 días", ["4"]), ("binnen 2 weken", ["14"]), ("twenty thousand days", []),
    ],
)  # fmt: skip
def test_spans_are_counted_in_days(text: str, values: list[str]) -> None:
    assert [value.canonical for value in values_in(text) if value.kind == "span"] == values


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("tomorrow", "+1"),
        ("the day after tomorrow", "+2"),
        ("demain", "+1"),
        ("übermorgen", "+2"),
        ("mañana", "+1"),
        ("es kommt morgen", "+1"),
    ],
)
def test_tomorrow_is_a_day_in_every_language(text: str, canonical: str) -> None:
    assert found(text) == [("day", canonical)]


@pytest.mark.parametrize(
    ("text", "weekday"), [("Montag", "monday"), ("mercredi", "wednesday"), ("quinta-feira", "thursday"), ("sábado", "saturday")]
)
def test_a_weekday_is_the_same_in_every_language(text: str, weekday: str) -> None:
    assert found(text) == [("weekday", weekday)]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("$1,250.00", "1250"), ("1.250,00 €", "1250"), ("1\u202f250,00 €", "1250"), ("1 250,00 €", "1250"), ("68,00 $", "68"), ("$68", "68"),
        ("USD 68.5", "68.5"),
        ("12$", "12"), ("97 US dollars", "97"), ("ninety-seven dollars", "97"), ("one hundred and twenty euros", "120"), ("£4.95", "4.95"),
    ],
)  # fmt: skip
def test_an_amount_is_one_value_in_every_notation(text: str, canonical: str) -> None:
    assert found(text) == [("money", canonical)]


@pytest.mark.parametrize("text", ["80 %", "80%", "eighty percent", "80 Prozent", "80 pour cent"])
def test_a_percentage_is_one_value_in_every_notation(text: str) -> None:
    assert found(text) == [("percent", "80")]


@pytest.mark.parametrize(
    ("words", "number"),
    [("two thousand five hundred", 2500), ("three hundred and six", 306), ("hundred", 100), ("97", 97), ("lots", None)],
)
def test_a_number_in_words(words: str, number: int | None) -> None:
    assert from_words(words) == number


def test_what_is_no_figure_has_no_value() -> None:
    assert canonical_figure("€") is None
