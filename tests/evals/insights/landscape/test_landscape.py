"""From files to a landscape: every ticket counted, nothing unknown told as 0, a stopped run taken up, and files that hold what they promise."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.tickets import HEAD, an_export

from warmline.agent.guard.policy_file import examine_policy
from warmline.evals.insights.landscape import running
from warmline.evals.insights.landscape.as_json import as_json
from warmline.evals.insights.landscape.landscape import Landscape, drawn_from
from warmline.evals.insights.landscape.proposing import proposed
from warmline.evals.insights.landscape.reading import source_of
from warmline.evals.insights.landscape.running import Done, fingerprint, read_all, work_on
from warmline.evals.insights.landscape.suite import routing_suite
from warmline.evals.insights.landscape.topics import Topic
from warmline.evals.insights.landscape.workfile import WorkFile, work_file
from warmline.evals.suite_files.loading import load_suites
from warmline.evals.trust.linting import read_through

BERLIN = ZoneInfo("Europe/Berlin")
EXTRA = (
    "My lawyer will write to you about this, and then you will see me in court.",
    "I want to speak to a real person, please, this is Ada.",
    "asdf qwer zxcv",
)


def nobody(_place: int, _records: int) -> None: ...


def landscape_of(file: Path, work: WorkFile, *, jobs: int = 1) -> Landscape:
    source = source_of(file, own={}, zone=BERLIN)
    read_all([source], work, zone=BERLIN, jobs=jobs, advance=nobody)
    return drawn_from(work, [source], zone=BERLIN.key, policy="default", cost_per_hour=30)


def topic(landscape: Landscape, key: str) -> Topic:
    return next(one.topic for one in landscape.advised if one.topic.key == key)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Landscape, WorkFile]]:
    folder = tmp_path_factory.mktemp("landscape")
    file = an_export(folder / "export.csv", extra=EXTRA)
    with file.open("a", encoding="utf-8") as stream:
        stream.write("99,Ada,too,few\n")
    with work_file(folder / "work", "x") as work:
        yield landscape_of(file, work), work


def test_every_ticket_is_in_one_topic_and_every_bad_record_is_listed(drawn: tuple[Landscape, WorkFile]) -> None:
    landscape, _ = drawn
    assert landscape.tickets == 43
    assert sum(one.topic.tickets for one in landscape.advised) == 43
    assert sum(one.topic.share for one in landscape.advised) == pytest.approx(1)
    assert [(one.line, one.reason) for one in landscape.bad_rows] == [(45, "4 cells where the head has 7")]


def test_a_topic_in_figures(drawn: tuple[Landscape, WorkFile]) -> None:
    orders = topic(drawn[0], "order_status")
    assert orders.tickets == 40
    assert orders.handle is not None
    assert (orders.handle.median, orders.handle.total) == (600, 40 * 600)
    assert orders.time_share == pytest.approx(40 / 43)
    assert orders.first_reply is not None
    assert orders.first_reply.median == 3600
    assert orders.reopened is not None
    assert (orders.reopened.count, orders.reopened.of) == (4, 40)
    assert orders.resolution is None
    assert orders.hours is not None
    assert orders.hours[9:12] == (14, 13, 13)
    assert orders.weekdays is not None
    assert sum(orders.weekdays) == 40


def test_a_landscape_whose_drawing_was_stopped_is_drawn_again_the_same(tmp_path: Path) -> None:
    file = an_export(tmp_path / "export.csv", extra=EXTRA)
    with work_file(tmp_path / "work", "x") as work:
        first = landscape_of(file, work)
        assert landscape_of(file, work) == first


def test_how_many_are_frustrated_is_known_of_what_the_agent_serves_alone(drawn: tuple[Landscape, WorkFile]) -> None:
    asked = topic(drawn[0], "order_status").frustrated
    assert asked is not None
    assert (asked.count, asked.of) == (0, 40)
    assert topic(drawn[0], "legal_threat").frustrated is None
    assert next(one for one in as_json(drawn[0])["topics"] if one["topic"] == "legal_threat")["frustrated"] is None


def test_what_is_for_people_stays_with_them_and_too_few_are_looked_at_closer(drawn: tuple[Landscape, WorkFile]) -> None:
    advice = {one.topic.key: one.advice for one in drawn[0].advised}
    assert advice["order_status"].verdict == "automate"
    assert advice["legal_threat"].verdict == advice["human_request"].verdict == "keep with people"
    assert advice["unsure"].verdict == "look closer"


def test_hours_are_an_interval_around_what_the_tickets_took_and_cost_follows(drawn: tuple[Landscape, WorkFile]) -> None:
    advice = next(one.advice for one in drawn[0].advised if one.topic.key == "order_status")
    took = 40 * 10 / 60 * (365.25 / 12) / 14
    assert advice.hours is not None
    assert advice.cost is not None
    assert advice.hours.low < took < advice.hours.high
    assert advice.cost.low == pytest.approx(advice.hours.low * 30)


def test_one_wrong_date_does_not_change_what_a_month_takes(drawn: tuple[Landscape, WorkFile], tmp_path: Path) -> None:
    file = an_export(tmp_path / "export.csv", extra=EXTRA)
    with file.open("a", encoding="utf-8") as stream:
        stream.write("99,Ada,my lawyer will write to you,2006-05-01 10:00:00,10,60,0\n")
    with work_file(tmp_path / "work", "x") as work:
        landscape = landscape_of(file, work)
    known, now = (
        next(one.advice.hours for one in each.advised if one.topic.key == "order_status") for each in (drawn[0], landscape)
    )
    assert now == known
    assert (landscape.first, landscape.last) == (drawn[0].first, drawn[0].last)
    assert {week for week, _, _ in landscape.weeks} == {week for week, _, _ in drawn[0].weeks}
    assert any("1 ticket stands far apart from the rest (2006-05-01)" in one for one in landscape.assumed)


def test_examples_and_the_suite_name_nobody(drawn: tuple[Landscape, WorkFile]) -> None:
    landscape, work = drawn
    for text in (str(as_json(landscape)["topics"]), routing_suite(work, landscape)):
        assert "W-10" not in text
        assert "Ada" not in text


def test_the_suite_can_be_linted_and_every_case_is_only_watched(drawn: tuple[Landscape, WorkFile], tmp_path: Path) -> None:
    landscape, work = drawn
    file = tmp_path / "routing.eval.yaml"
    file.write_text(routing_suite(work, landscape), "utf-8")
    suites = load_suites([file], today=date(2026, 11, 28))
    assert [one for one in read_through(suites) if one.level == "error"] == []
    assert {loaded.case.tier for loaded in suites[0].cases} == {"watch"}
    assert any(loaded.case.id.startswith("unsure") for loaded in suites[0].cases)


def test_the_policy_can_be_used_and_says_what_it_rests_on(drawn: tuple[Landscape, WorkFile]) -> None:
    text = proposed(drawn[0])
    examined = examine_policy("policy.yaml", text)
    assert examined.policy is not None
    assert examined.policy.name == "landscape"
    assert "automate: order status, 40 tickets" in text


def test_what_is_not_in_the_file_is_unknown_and_not_0(tmp_path: Path) -> None:
    file = an_export(tmp_path / "words.csv", orders=10, head=HEAD[:3])
    with work_file(tmp_path / "work", "x") as work:
        landscape = landscape_of(file, work)
    (one,) = as_json(landscape)["topics"]
    unknown = (
        "handle_seconds",
        "share_of_handle_time",
        "first_reply_seconds",
        "resolution_seconds",
        "reopened",
        "by_hour",
        "by_weekday",
    )
    assert {name: one[name] for name in unknown} == dict.fromkeys(unknown)
    assert (one["hours_a_month"], one["cost_a_month"], landscape.first, landscape.heat) == (None, None, None, None)


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    file = an_export(tmp_path / "export.csv", orders=45)
    source = source_of(file, own={}, zone=BERLIN)
    stamp = fingerprint([source], "default", BERLIN.key)

    def stop(_place: int, records: int) -> None:
        if records == 20:
            raise KeyboardInterrupt

    with work_file(tmp_path / "work", stamp) as work, pytest.raises(KeyboardInterrupt):
        read_all([source], work, zone=BERLIN, jobs=1, advance=stop)

    classed: list[str] = []

    def counting(tickets: list[tuple[str, str, bool]]) -> Done:
        classed.extend(text for text, _, _ in tickets)
        return work_on(tickets)

    monkeypatch.setattr(running, "work_on", counting)
    with work_file(tmp_path / "work", stamp) as work:
        assert work.resumed
        landscape = landscape_of(file, work)
    assert len(classed) == 25
    assert landscape.tickets == 45
    with work_file(tmp_path / "whole", stamp) as work:
        assert as_json(landscape_of(file, work)) == as_json(landscape)


def test_exports_that_overlap_count_a_ticket_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 4)
    files = [an_export(tmp_path / name, orders=orders) for name, orders in (("may.csv", 10), ("june.csv", 14))]
    sources = [source_of(file, own={}, zone=BERLIN) for file in files]
    with work_file(tmp_path / "work", "x") as work:
        read_all(sources, work, zone=BERLIN, jobs=1, advance=nobody)
        landscape = drawn_from(work, sources, zone=BERLIN.key, policy="default")
    assert (landscape.tickets, landscape.bad) == (14, 10)
    assert {(one.file, "read before" in one.reason) for one in landscape.bad_rows} == {("june.csv", True)}


def test_of_a_large_file_only_some_tickets_keep_their_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 8)
    monkeypatch.setattr(running, "ALL_OF", 16)
    source = source_of(an_export(tmp_path / "export.csv", orders=64), own={}, zone=BERLIN)
    with work_file(tmp_path / "work", "x") as work:
        read_all([source], work, zone=BERLIN, jobs=1, advance=nobody)
        assert 16 <= work.one("SELECT COUNT(words) FROM tickets")[0] < 40


def test_another_file_begins_anew(tmp_path: Path) -> None:
    with work_file(tmp_path / "work", "one") as work:
        work.add(0, 7, [], [], [])
    with work_file(tmp_path / "work", "other") as work:
        assert (work.resumed, work.records(0)) == (False, 0)
    assert (tmp_path / "work").stat().st_mode & 0o077 == 0
