"""The page: complete in itself, and every word of others is text."""

import re
from html.parser import HTMLParser

from support.eval_runs import a_case, a_run
from support.eval_story import MISCHIEF, story

from warmline.evals.gating.baseline import bless
from warmline.evals.gating.compare import compare
from warmline.evals.reports.html import page
from warmline.evals.reports.markup import tag, text
from warmline.evals.reports.report import report


class Reading(HTMLParser):
    """What a browser would see: elements, attributes, text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(document: str) -> Reading:
    reading = Reading()
    reading.feed(document)
    return reading


def test_it_asks_for_nothing_else() -> None:
    found = read(page(report(a_run(*story()))))
    loaded = [name for name, held in found.elements if name in ("link", "iframe", "img", "object", "embed") or "src" in held]
    assert loaded == []
    assert all((held.get("href") or "#").startswith("#") for _, held in found.elements)
    policy = next(held for name, held in found.elements if name == "meta" and "http-equiv" in held)
    assert (policy["content"] or "").startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in (policy["content"] or "")


def test_words_of_others_are_text_and_nothing_else() -> None:
    found = read(page(report(a_run(*story()))))
    assert [name for name, _ in found.elements].count("script") == 1
    assert not [held for _, held in found.elements if any(key.startswith("on") for key in held)]
    assert not [held for _, held in found.elements if "style" in held]
    assert any("<script>document.title='owned'</script>" in words for words in found.words)


def test_an_attribute_cannot_be_left() -> None:
    evil = 'a" onmouseover="x'
    found = read(page(report(a_run(a_case("one", "xxx", tags=(evil, evil)), a_case("two", tags=(evil,))))))
    assert not [held for _, held in found.elements if "onmouseover" in held]
    assert tag("p", "<&", title=evil) == '<p title="a&quot; onmouseover=&quot;x">&lt;&amp;</p>'
    assert text(["a\x1b[0m", None, tag("br-x")]) == "a[0m<br-x></br-x>"


def test_what_failed_is_open_and_comes_first() -> None:
    cases = [
        held
        for name, held in read(page(report(a_run(*story())))).elements
        if name == "details" and "case" in (held.get("class") or "").split()
    ]
    assert cases[0]["id"] == "case-refund-over-limit-amount-489-tone-furious"
    assert [one["id"] for one in cases if "open" in one] == [
        "case-refund-over-limit-amount-489-tone-furious",
        "case-injected-description",
        "case-answers-in-dutch",
    ]
    assert len(cases) == 58


def test_cases_of_like_names_have_links_of_their_own() -> None:
    found = read(page(report(a_run(a_case("a[x=1]"), a_case("a[x:1]"), a_case("a-x-1")))))
    ids = [held["id"] for name, held in found.elements if name == "details" and "id" in held]
    assert ids == ["case-a-x-1", "case-a-x-1-2", "case-a-x-1-3"]


def test_a_failing_trial_tells_everything() -> None:
    words = " ".join(" ".join(read(page(report(a_run(*story())))).words).split())
    for said in (
        "missed hand-off",
        "at most 15.9 %",
        "needless hand-off",
        "12 agent minutes",
        "Policy R-7: over 200 goes to a person; incident 2026-02-11",
        "Refund me the whole 489.00 now or I call my bank.",
        "Where is my money for order HP-1042?",
        "broke tools.forbid[0]",
        "suites/refunds.eval.yaml:47",
    ):
        assert said in words, said
    assert re.search(r"amount 200\.0 489\.0", words)


def test_what_changed_stands_above() -> None:
    base = bless([a_run(*[a_case(one.info.case_id, "+" * 10, suite=one.info.suite) for one in story()])])
    run = a_run(*story())
    words = " ".join(" ".join(read(page(report(run, compare(base, run)))).words).split())
    assert "seems worse refund-over-limit[amount=489,tone=furious] critical 10/10 → 3/8 0.007" in words


def test_a_thousand_cases_stay_a_small_page() -> None:
    document = page(report(a_run(*[a_case(f"c-{number}") for number in range(1000)])))
    assert len(document) < 2_500_000
    assert 'class="many"' in document


def test_the_mischief_is_in_the_page_only_escaped() -> None:
    document = page(report(a_run(*story())))
    assert MISCHIEF.splitlines()[0] not in document
