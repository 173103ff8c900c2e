"""The guard's classes as a pure function: the same in one text or many, here or in another engine's worker."""

import pickle
from typing import Any, cast

import pytest

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.evals.insights.landscape.classing import Reading, classify

TEXTS = [
    "Where is my order?",
    "I want to talk to a person, please",
    "Do you have the chelsea boots in 42?",
    "My lawyer will write to you",
    "Third time I ask, this is an absolute disgrace of a shop. Where is my parcel?",
    "",
]


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return classify(TEXTS)


def test_it_reads_what_the_guard_decides(readings: list[Reading]) -> None:
    guard = Guard()
    for text, reading in zip(TEXTS[:-1], readings, strict=False):
        decision = guard.decide(guard.read_many([text], Facts())[0])
        assert (reading.label, reading.route) == (decision.reason, decision.route)
    assert [one.label for one in readings[:4]] == ["order_status", "human_request", "stock_check", "legal_threat"]
    assert (readings[4].label, readings[4].frustrated) == ("angry", True)
    assert readings[5].label == "smalltalk"


def test_a_batch_reads_as_its_texts_do_one_by_one(readings: list[Reading]) -> None:
    for text, together in zip(TEXTS, readings, strict=True):
        (alone,) = classify([text])
        assert alone[:3] == together[:3]
        assert alone.score == pytest.approx(together.score, abs=2e-4)


def test_it_can_be_pickled_to_another_process(readings: list[Reading]) -> None:
    assert pickle.loads(pickle.dumps(classify)) is classify  # noqa: S301 (our own)
    assert pickle.loads(pickle.dumps(readings)) == readings  # noqa: S301


def in_dask(texts: list[str]) -> tuple[list[Reading], int]:
    """The readings as two workers of dask make them, and how many workers there were."""
    from dask import bag  # dask is typed in part only, and its untyped ends are kept in here
    from dask.distributed import Client, LocalCluster

    place: Any = {"dashboard_address": None}
    with cast("Any", LocalCluster)(n_workers=2, threads_per_worker=1, **place) as cluster, Client(cluster) as client:
        parts: Any = cast("Any", bag).from_sequence(texts, npartitions=2)
        found = cast("list[Reading]", parts.map_partitions(classify).compute())
        return found, len(cast("Any", client).scheduler_info()["workers"])


def test_it_runs_unchanged_in_dask_with_two_workers(readings: list[Reading]) -> None:
    found, workers = in_dask(TEXTS)
    assert workers == 2
    assert [one[:3] for one in found] == [one[:3] for one in readings]
