"""The harness itself: it measures whole work only, goes on where it stopped, and writes what it found."""

import shutil
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from benchmarks import mock_server, paired, shop, spent
from benchmarks.__main__ import main
from benchmarks.entries import Entry, entries
from benchmarks.figure import figures
from benchmarks.mock_server import Mock, Unmeasurable, compiled, running
from benchmarks.page import BEGIN, END, PAGE, written
from benchmarks.paired import Blocks, missing, peers
from benchmarks.plan import steps
from benchmarks.results import Results, Row
from benchmarks.run import Run
from benchmarks.scenarios import SCENARIOS
from benchmarks.tables import alternating, remarks, targets
from benchmarks.targets import TARGETS

needs_a_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="the scripted model's server is written in C")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


def a_row(spec: str = "raw", scenario: str = "seq", *, round: int = 0, error: str = "", **values: float) -> Row:  # noqa: A002
    return Row(spec=spec, scenario=scenario, round=round, count=10, figures=values, error=error)


@needs_a_compiler
@pytest.mark.parametrize("spec", ["raw", "raw:sqlite", "warmline:loop", "warmline:durable"])
async def test_every_peer_of_this_environment_does_the_whole_work(spec: str, cache: Path, tmp_path: Path) -> None:
    with running(cache) as mock:
        found = await figures(spec, "check", port=mock.port, count=2, folder=tmp_path)
    assert found["last_bytes"] > found["first_bytes"]


@needs_a_compiler
@pytest.mark.parametrize("scenario", ["seq2", "stream", "stream_slow"])
async def test_a_scenario_gives_its_figures(scenario: str, cache: Path, tmp_path: Path) -> None:
    with running(cache) as mock:
        found = await figures("warmline:durable", scenario, port=mock.port, count=2, folder=tmp_path)
    assert found["cpu_ms"] > 0


class Idle:
    """A peer that answers without asking anybody."""

    async def turn(self, conversation: object, text: str) -> str:
        return f"{shop.REPLY} is somewhere."

    def begin(self, name: str) -> str:
        return name


@needs_a_compiler
async def test_a_peer_that_does_not_do_the_work_has_no_figure(cache: Path) -> None:
    with running(cache) as mock, pytest.raises(AssertionError, match="made 0 requests"):
        await Run(Idle(), mock).timed(2, at_once=1, warm=1)  # pyright: ignore[reportArgumentType]


@needs_a_compiler
async def test_the_script_waits_as_long_as_it_is_told(cache: Path, tmp_path: Path) -> None:
    from benchmarks.peers import make

    with running(cache) as mock:
        peer = make("raw")
        await peer.start(mock.base_url(delay_ms=30), tmp_path)
        with anyio.fail_after(20):
            assert await Run(peer, mock).turn(peer.begin("one")) >= 0.06
        await peer.stop()


def test_without_a_compiler_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(mock_server.shutil, "which", nothing)
    with pytest.raises(Unmeasurable, match="apt-get install gcc"):
        compiled(tmp_path)


def test_rounds_are_outside_and_peers_inside() -> None:
    chosen = [entries()["raw"], entries()["agno"]]
    planned = list(steps(chosen, scenarios=("seq",), rounds=2, quick=True))
    assert [(step.spec, step.round) for step in planned if step.scenario == "seq"] == [
        (spec, number) for number in (0, 1) for spec in ("raw", "raw:sqlite", "agno", "agno:sqlite")
    ]
    assert {step.scenario for step in planned} == {"check", "seq"}


def test_every_peer_pins_what_its_environment_needs() -> None:
    for entry in entries().values():
        assert entry.own or entry.environment in entries() or (entry.pip and all("==" in one for one in entry.pip)), entry


def test_an_unknown_peer_is_named_beside_those_there_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--peers", "rwa", "--cache", str(tmp_path)]) == 2
    assert "no peer is called 'rwa'; expected some of raw, lean, warmline" in capsys.readouterr().err


def test_a_ratio_is_of_figures_of_one_round_for_a_slow_minute_hits_both() -> None:
    results = Results(
        [
            *(a_row(round=number, cpu_ms=ms) for number, ms in enumerate([4.0, 8.0, 8.0])),
            *(a_row("lean", round=number, cpu_ms=ms) for number, ms in enumerate([2.0, 2.0, 4.0, 99.0])),
        ]
    )
    assert results.ratio("lean", "raw", "seq", "cpu_ms") == 0.5
    assert results.ratio("lean", "raw", "seq2", "cpu_ms") is None


def test_results_outlive_a_run_that_was_broken_off(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    Results().keep(a_row(cpu_ms=5.0), file)
    with file.open("a") as lines:
        lines.write('{"spec": "raw", "scen')
    again = Results.read(file)
    assert again.has(a_row().key)
    assert not again.has(a_row(round=1).key)


def test_a_figure_that_failed_is_measured_again_and_named_until_then() -> None:
    failed = a_row("warmline:full", "conc256", error="database is locked")
    results = Results([failed])
    assert not results.has(failed.key)
    assert remarks(results) == ["warmline:full has no figure for conc256: database is locked"]
    results.rows.append(a_row("warmline:full", "conc256", cpu_ms=1.0))
    assert remarks(results) == []


def test_what_ones_own_threads_run_is_not_taken_for_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = spent.waited_seconds()
    cpu = spent.cpu_seconds()
    monkeypatch.setattr(spent, "cpu_seconds", lambda: cpu + 5.0)  # as if other threads of this process had run so long
    assert spent.waited_seconds() - before < -4.0


def test_a_busy_machine_is_said_to_be_one() -> None:
    (remark,) = remarks(Results([a_row(waited=0.4)]))
    assert "busy" in remark
    assert "40%" in remark


def test_targets_compare_with_the_plain_loop_of_the_same_round() -> None:
    rows = [a_row("raw", cpu_ms=ms, round=i) for i, ms in enumerate((10.0, 9.0, 30.0))]
    results = Results([*rows, a_row("warmline:loop", cpu_ms=4.0), a_row("warmline:durable", cpu_ms=7.0)])
    shown = targets(results)
    assert "| a turn, loop only: CPU by the plain loop's | ≤ 0.5 | 0.40 | met |" in shown
    assert "| a turn, durable | ≤ 0.6 | 0.70 | not met |" in shown
    assert "| a streamed turn: CPU | ≤ 0.35 | – | not measured |" in shown


def test_targets_go_by_what_was_measured_in_alternation() -> None:
    rounds = [a_row("raw", cpu_ms=10.0), a_row("warmline:durable", cpu_ms=7.0)]
    blocks = [
        a_row(spec, "paired_seq", cpu_ms=ms, round=number)
        for number, both in enumerate([(4.0, 2.0), (8.0, 4.8), (4.0, 2.8)])
        for spec, ms in zip(("raw", "warmline:durable"), both, strict=True)
    ]
    results = Results([*rounds, *blocks])
    assert "| a turn, durable | ≤ 0.6 | 0.60 | met |" in targets(results)
    assert results.spread("warmline:durable", "raw", "paired_seq", "cpu_ms") == pytest.approx((0.55, 0.6, 0.65))
    assert "| CPU ms a turn (`seq`) | 4.00 | 2.80 (0.60; 0.55 to 0.65) |" in alternating(results, {})
    assert alternating(Results(rounds), {}) == ""


@needs_a_compiler
def test_blocks_lie_beside_each_other_and_are_not_measured_twice(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specs = ("raw:sqlite", "warmline:loop")  # of this environment
    plans = {
        "seq": Blocks(scenario="seq", count=2, blocks=2, shown=(), specs=specs),
        "more": Blocks(scenario="stream", count=2, blocks=1, shown=(), specs=("warmline:loop",)),
    }
    monkeypatch.setattr(paired, "PLANS", plans)
    known = {name: replace(entry, own=True) for name, entry in entries().items()}
    results = Results()
    results.rows += missing(known, results, cache, part=1.0)
    seq, more = "paired_seq", "paired_more"
    blocks = [(row.scenario, row.round, row.spec) for row in results.rows]
    one, other = specs
    assert blocks == [(seq, 0, one), (seq, 0, other), (seq, 1, other), (seq, 1, one), (more, 0, other)]
    assert all(row.figures["cpu_ms"] > 0 for row in results.rows)
    results.rows = [row for row in results.rows if row.scenario == seq]
    assert [row.scenario for row in missing(known, results, cache, part=1.0)] == [more]


@needs_a_compiler
def test_a_peer_that_ends_is_named(cache: Path, capfd: pytest.CaptureFixture[str]) -> None:
    known = {"raw": replace(entries()["raw"], own=True)}
    with pytest.raises(Unmeasurable, match="raw:nothing ended in its start"), peers(known, ["raw:nothing"], cache):
        pass
    assert "nothing" in capfd.readouterr().err


def test_another_checkout_that_is_none_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        paired.main(["--before", str(tmp_path)])
    assert "is no checkout of Warmline" in capsys.readouterr().err


def test_the_encoders_time_is_taken_off_a_full_turn() -> None:
    piece = Row(spec="warmline", scenario="pieces", round=0, count=1, figures={"encoder_ms": 2.0})
    results = Results([a_row("raw", cpu_ms=10.0), a_row("warmline:full", cpu_ms=9.0), piece])
    (target,) = [one for one in TARGETS if "full" in one.what]
    assert target.figure(results) == pytest.approx(0.6)


def test_the_page_keeps_what_people_wrote() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert written(page, "new\n") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    with pytest.raises(Unmeasurable, match="no place for the figures"):
        written("nothing", "new")
    assert BEGIN in PAGE.read_text("utf-8")


def test_scenarios_on_the_page_are_those_there_are() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in SCENARIOS if name != "check" and f"`{name}`" not in page] == []


def test_what_all_peers_are_given_is_the_same() -> None:
    assert [schema["function"]["name"] for schema in shop.schemas()] == [tool.__name__ for tool in shop.TOOLS]
    assert shop.schemas()[1]["function"]["parameters"]["properties"]["carrier"]["description"] == "The carrier, if it is known."
    assert isinstance(entries()["warmline"], Entry)
    assert Mock(9).base_url(calls=2) == "http://127.0.0.1:9/c2-l0-g0/v1"
