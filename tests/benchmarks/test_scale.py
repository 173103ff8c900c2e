"""What a shop of any size needs: the arithmetic, and the simulation that checks it."""

import json
from dataclasses import replace

import pytest
from benchmarks.scale.__main__ import SIZES, main, play
from benchmarks.scale.constants import Assumed, Constants, Rate
from benchmarks.scale.simulation import Simulation
from benchmarks.scale.sizing import needs

CONSTANTS = Constants(
    agent_s=0.02,
    database_s=0.002,
    connection_s=0.01,
    transactions=4,
    wal_bytes=8_000,
    stored_bytes=10_000,
    process_mb=100,
)


def test_needs_follow_from_the_constants() -> None:
    found = needs(90_000, CONSTANTS)
    assert found.turns_per_s == 100
    assert found.turns_at_once == pytest.approx(100 * (3 + 0.03))
    assert found.processes == 8  # 303 turns at once, 64 x 0.6 a process; CPU alone would need 4
    assert found.database_cores == pytest.approx(100 * 0.002 / 0.6)
    assert found.pooled == 2
    assert found.transactions_per_s == 400
    assert found.stored_gb_a_month == pytest.approx(90_000 * 0.4 * 720 * 4 * 10_000 / 1e9)
    assert found.memory_gb == pytest.approx(0.8)
    assert found.forgotten_a_night == pytest.approx(90_000 * 0.4 * 24 * 4)


def test_a_small_shop_has_a_second_process_all_the_same() -> None:
    assert needs(1, CONSTANTS).processes == 2


def test_cpu_decides_where_the_model_is_quick() -> None:
    quick = Assumed(call_s=0.05)
    assert needs(90_000, CONSTANTS, quick).processes == 4


@pytest.mark.parametrize("conversations", [100, 20_000])
def test_what_was_computed_is_enough_in_a_simulated_hour(conversations: int) -> None:
    one = needs(conversations, CONSTANTS)
    found = Simulation(one, CONSTANTS, seconds=min(3600.0, 8_000 / one.turns_per_s)).run()
    assert found.turns > 200
    assert found.agents_used <= Assumed().used
    assert found.database_used <= Assumed().used
    assert found.waited_p95_s < 0.25


def test_the_simulation_notices_too_few_processes() -> None:
    one = needs(90_000, CONSTANTS, Assumed(call_s=0.05))
    assert one.processes == 4
    enough = Simulation(one, CONSTANTS, Assumed(call_s=0.05), seconds=120).run()
    few = Simulation(replace(one, processes=1), CONSTANTS, Assumed(call_s=0.05), seconds=120).run()
    assert few.agents_used > 0.95
    assert few.waited_p95_s > 20 * enough.waited_p95_s
    assert few.waited_p95_s > 1.0


def test_the_simulation_notices_too_few_places() -> None:
    slow = Assumed(call_s=3.0)
    one = needs(20_000, CONSTANTS, slow)
    few = Simulation(replace(one, processes=1), CONSTANTS, slow, seconds=200).run()
    assert few.agents_used < 0.8
    assert few.waited_p95_s > 5.0


def test_the_simulation_notices_too_few_connections() -> None:
    slow = replace(CONSTANTS, connection_s=0.5)
    one = needs(20_000, slow)
    enough = Simulation(one, slow, seconds=200).run()
    few = Simulation(replace(one, pooled=one.pooled // 3), slow, seconds=200).run()
    assert few.connections_used > 0.95
    assert few.waited_p95_s > 10 * enough.waited_p95_s


@pytest.mark.parametrize(("conversations", "seconds"), [(20_000, 600.0), (1_000_000, 20.0)])
def test_utilisation_agrees_with_the_arithmetic_also_in_a_short_stretch_of_a_long_hour(
    conversations: int, seconds: float
) -> None:
    one = needs(conversations, CONSTANTS)
    found = Simulation(one, CONSTANTS, seconds=seconds, seed=3).run()
    assert found.agents_used == pytest.approx(one.turns_per_s * CONSTANTS.agent_s / one.processes, rel=0.05)
    assert found.connections_used == pytest.approx(one.turns_per_s * CONSTANTS.connection_s / one.pooled, rel=0.05)


def test_the_committed_constants_pass_their_own_simulation() -> None:
    constants = Constants.read()
    outcome = play(needs(SIZES[0], constants), constants)
    assert outcome.waited_p95_s < 0.25


def test_the_bottleneck_is_named() -> None:
    assert "PostgreSQL (60%)" in Rate(processes=4, turns_per_s=1, agents=0.3, database=0.6, model=0.05).bottleneck
    assert "no core" in Rate(processes=4, turns_per_s=1, agents=0.2, database=0.1, model=0.0, own=0.1).bottleneck


def test_a_process_that_used_up_its_one_core_is_the_bottleneck_of_a_machine_with_more() -> None:
    alone = Rate(processes=1, turns_per_s=1, agents=0.48, database=0.06, model=0.05, own=0.96)
    assert "each used 96% of its own" in alone.bottleneck
    assert alone.full


def test_a_shop_of_ones_own_size_can_be_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--conversations", "50", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["needs"][0]["conversations"] == 50
