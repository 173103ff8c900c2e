"""What fits no class is sorted by itself, always the same, and named by its own words; what has no like is left alone."""

import numpy as np
import pytest

from warmline.evals.insights.landscape.clusters import LEAST, Clusters, found, named

PASSWORDS = [f"I forgot my password and cannot log in to my account, case {word}" for word in "a b c d e f g h i j k l".split()]
INVOICES = [
    f"Our accounting needs the invoice as a PDF with the VAT number, please {word}" for word in "a b c d e f g h i j".split()
]


@pytest.fixture
def vectors() -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Two crowds around directions of their own, and loners."""
    chance = np.random.default_rng(1)
    crowd = np.zeros((len(PASSWORDS) + len(INVOICES), 64))
    crowd[: len(PASSWORDS), 0] = 1
    crowd[len(PASSWORDS) :, 1] = 1
    loners = chance.normal(0, 1, (12, 64))
    loners[:, :2] = 0
    everyone = np.vstack([crowd + chance.normal(0, 0.05, crowd.shape), loners])
    return (everyone / np.linalg.norm(everyone, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def texts() -> list[str]:
    return [*PASSWORDS, *INVOICES, *(f"loner {number}" for number in range(12))]


def test_each_crowd_is_a_cluster_named_by_its_words(
    vectors: "np.ndarray[tuple[int, int], np.dtype[np.float32]]", texts: list[str]
) -> None:
    clusters = found(vectors, texts)
    assert len(clusters.names) == 2
    assert "forgot" in clusters.names[0]
    assert "invoice" in clusters.names[1]
    places = clusters.place(vectors)
    assert places[: len(PASSWORDS)] == [0] * len(PASSWORDS)
    assert places[len(PASSWORDS) : -12] == [1] * len(INVOICES)
    assert set(places[-12:]) == {None}


def test_the_same_tickets_make_the_same_clusters(
    vectors: "np.ndarray[tuple[int, int], np.dtype[np.float32]]", texts: list[str]
) -> None:
    first, second = found(vectors, texts), found(vectors, texts)
    assert first.names == second.names
    assert np.array_equal(first.middles, second.middles)


def test_too_few_are_no_cluster(vectors: "np.ndarray[tuple[int, int], np.dtype[np.float32]]", texts: list[str]) -> None:
    assert found(vectors[: LEAST - 1], texts[: LEAST - 1]).names == ()
    assert Clusters(vectors[:0], ()).place(vectors[:3]) == [None, None, None]


def test_words_that_every_ticket_has_name_nothing() -> None:
    assert named([["the parcel"] * 9, ["the newsletter"] * 9], ["the parcel"] * 9 + ["the newsletter"] * 9) == [
        "parcel",
        "newsletter",
    ]
