"""Under which name a patched policy is written."""

from pathlib import Path

import pytest

from warmline.agent.guard.policy import default_file, text_of
from warmline.cli.insights.applying import apply_patch
from warmline.evals.insights.patch import Threshold, patched


@pytest.mark.parametrize(("old", "new"), [("mine", "mine-v2"), ("mine-v1", "mine-v2"), ("mine-vip", "mine-vip-v2")])
def test_a_version_takes_the_place_of_the_one_in_the_name(tmp_path: Path, old: str, new: str) -> None:
    patch = patched("mine.yaml", text_of(default_file()), [Threshold(name="human", value=0.5, why="by labels")])
    assert apply_patch(patch, tmp_path / f"{old}.yaml", None, yes=True, command="x") == 0
    assert [file.name for file in tmp_path.iterdir()] == [f"{new}.yaml"]
