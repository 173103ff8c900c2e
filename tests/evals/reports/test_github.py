"""GitHub: annotations on the line of the suite, a summary that fits, and words that stay words."""

import re

import pytest
from support.eval_runs import a_case, a_check, a_run
from support.eval_story import MISCHIEF, story

from warmline.evals.reports.annotations import annotations
from warmline.evals.reports.github import MOST, summary
from warmline.evals.reports.markdown import block, code, plain
from warmline.evals.reports.report import report


def test_a_broken_expectation_is_annotated_on_its_line() -> None:
    first, *_ = annotations(report(a_run(*story())))
    assert first == (
        "::error file=suites/refunds.eval.yaml,line=41,col=9,title=critical%3A refund-over-limit[amount=489%2Ctone=furious]"
        "::route.to: expected human, was bot (3/8 trials pass)%0A"
        "why: Policy R-7: over 200 goes to a person; incident 2026-02-11%0A"
        "again: warmline eval run suites/refunds.eval.yaml --case 'refund-over-limit[amount=489,tone=furious]' --trial 4 --replay"
    )


def test_what_is_only_watched_is_a_warning() -> None:
    levels = [line.split(" ")[0] for line in annotations(report(a_run(*story())))]
    assert levels == ["::error", "::error", "::warning"]


def test_there_are_ten_at_most_of_a_kind() -> None:
    run = a_run(*[a_case(f"c-{number}", "xxx") for number in range(30)])
    assert len(list(annotations(report(run)))) == 10


@pytest.mark.parametrize(
    "evil", [MISCHIEF, "a\n::warning::b", "a\r::set-output name=x::y", "100%0A::error::z", "\u2028::error::"]
)
def test_no_words_become_a_command(evil: str) -> None:
    run = a_run(a_case("one", "xxx", why=evil, failed={"why": evil, "checks": (a_check(reason=evil),)}))
    (line,) = annotations(report(run))
    assert len(line.splitlines()) == 1
    message = line.partition("title=")[2].partition("::")[2]
    assert "::" not in message
    assert "##[" not in message
    assert not re.search("%0A[^w]*::", message)


def test_the_summary_begins_with_what_finds_it_again_and_the_verdict() -> None:
    lines = summary(report(a_run(*story())), name="evals-main").splitlines()
    assert lines[0] == "<!-- evals-main -->"
    assert lines[2] == "> [!CAUTION]"
    assert lines[3].startswith("> **FAIL** `2 cases, 1 of them critical, fail: refund-over-limit")


def test_a_green_summary_has_no_details() -> None:
    text = summary(report(a_run(a_case("one"))))
    assert "[!TIP]" in text
    assert "<details>" not in text


def test_it_never_grows_over_its_size() -> None:
    run = a_run(
        *[
            a_case(f"c-{number}", "xxx", failed={"why": "w" * 3000, "checks": (a_check(reason="r" * 3000),)})
            for number in range(300)
        ]
    )
    text = summary(report(run))
    assert len(text) <= MOST
    assert re.search(r"and \d+ more failing cases", text)
    assert text.count("<details>") == text.count("</details>")


def test_words_of_others_stand_in_code_only() -> None:
    text = summary(report(a_run(*story())))
    outside = re.sub(r"(`{3,}).*?\1", "", text, flags=re.DOTALL)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    assert "<script>" in text
    for never in ("<script", "<img", "@everyone", "::error", "##["):
        assert never not in outside
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert block("a\n````\nb").startswith("`````text\n")
    assert code("a``b|c") == "```a``b\\|c```"
    assert code("`a`") == "`` `a` ``"
    assert code(" ") == ""


def test_plain_words_mean_nothing_to_markdown() -> None:
    assert plain("a*b* <b> [x](y) @me #1") == r"a\*b\* &lt;b\> \[x\]\(y\) @<!-- -->me \#1"


def test_the_summary_tells_a_few_of_what_is_only_watched() -> None:
    run = a_run(*[a_case(f"c-{number}", "xxx", tier="watch") for number in range(30)])
    text = summary(report(run))
    assert text.count("<details>") == 10
    assert "and 20 more failing cases" in text


def test_the_cases_of_the_costly_cells_are_named() -> None:
    assert "missed: `refund-over-limit[amount=489,tone=furious]`" in summary(report(a_run(*story())))
