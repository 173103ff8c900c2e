"""``warmline insights review``, as somebody at a terminal sees it."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.shell import Shell

from warmline.agent.guard.policy import default_file, text_of
from warmline.cli import assembly
from warmline.cli.insights import sources
from warmline.settings import Settings


def test_the_demo_has_something_true_to_find_and_says_that_it_is_a_demo(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "review.html"
    ran = shell("insights", "review", "--demo", "--html", str(page))
    assert ran.code == 0
    assert ran.out.startswith("DEMO: made-up conversations of the demo shop.")
    assert (
        "product basic, “sizes” (sizes, size, größen, tailles): CSAT 2.0 [1.6, 2.4] on 25 automated contacts against 3.8 [3.2, 4.4] with people on 16;"
        " 31 of 78 contacts the agent answered first needed a person (30% to 51%) against 5% of all others: send them to people"
    ) in ran.out
    assert "· sizes, size, größen, tailles  95 " in ran.out
    assert "time to a person's first reply, median: 1 h 15 min before, 2 h 43 min now" in ran.out
    assert "88 × automate product_basic → human complex_product" in ran.out
    assert '\n+    when: signals.intent == "product_basic" && "sizes" in signals.topics\n' in ran.out
    written = page.read_text("utf-8")
    assert "<title>Demo: " in written
    assert "send them to people" in written


def test_json_has_every_figure_with_what_it_rests_on(shell: Shell) -> None:
    found = json.loads(shell("insights", "review", "--demo", "--json").out)
    assert found["demo"] is True
    automation = found["this"]["figures"]["automation"]
    assert automation["of"] == found["this"]["contacts"]
    assert automation["interval"][0] < automation["value"] < automation["interval"][1]
    assert found["this"]["figures"]["cost"]["value"] is None
    assert found["replay"]["changed"] == sum(move["messages"] for move in found["replay"]["moves"])
    assert [one["kind"] for one in found["proposals"]] == ["ToPeople", "ToOffer"]
    sizes = next(one for one in found["topics"] if one["topic"] == "sizes")
    assert (sizes["class"], sizes["contacts"], sizes["csat_agent"]["of"]) == ("product_basic", 95, 25)
    assert '+  sizes: ["sizes", "size", "größen", "tailles"]' in found["policy_diff"]
    assert found["policy_diff"].startswith("--- default_policy.yaml (version 1)")


def test_the_demo_proposes_nothing_for_a_real_policy(shell: Shell) -> None:
    ran = shell("insights", "review", "--demo", "--apply", "--yes")
    assert ran.code == 2
    assert "not for your policy" in ran.err


@pytest.fixture
def empty_store(settings: Settings) -> None:
    """A store in which nobody has asked for anything: what only reads makes none."""

    async def make() -> None:
        async with assembly.open_store(settings):
            pass

    asyncio.run(make())


@pytest.mark.usefixtures("empty_store")
def test_an_empty_store_has_no_figures(shell: Shell) -> None:
    ran = shell("insights", "review")
    assert ran.code == 0
    assert "Nobody asked for anything in this time" in ran.out


@pytest.fixture
def as_mine(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's conversations as a store of one's own would be read: at the moment they end."""
    opened = sources._unpacked  # pyright: ignore[reportPrivateUsage]

    from collections.abc import AsyncGenerator
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def own(*, home: Path | None, url: str | None, demo: bool) -> AsyncGenerator[sources.Source]:
        from warmline.cli.db_place import settings_for

        folder = shell.home / "mine"
        folder.mkdir(exist_ok=True)
        async with opened(folder) as store:
            yield sources.Source(store=store, settings=settings_for(home, url), name="mine", demo=False)

    monkeypatch.setattr("warmline.cli.insights.review.open_source", own)


def explain(shell: Shell, text: str, policy: Path) -> dict[str, Any]:
    return json.loads(shell("policy", "explain", text, "--policy", str(policy), "--json").out)


@pytest.mark.usefixtures("as_mine")
def test_apply_shows_the_change_writes_a_new_version_and_leaves_the_old_one(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    shutil.copyfile(os.fspath(Path(str(default_file()))), mine)
    monkeypatch.setenv("WARMLINE_POLICY", str(mine))
    asked = shell("insights", "review", "--since", "91d", "--apply")
    assert asked.code == 2
    assert "without a terminal add --yes" in asked.err
    assert [file.name for file in tmp_path.glob("*.yaml")] == ["mine.yaml"]
    ran = shell("insights", "review", "--since", "91d", "--apply", "--yes")
    assert ran.code == 0
    assert "+  - id: review_product_basic_sizes" in ran.err
    new = tmp_path / "mine-v2.yaml"
    assert f"{new} is written, version 2" in ran.err
    assert mine.read_text("utf-8") == text_of(default_file())
    assert shell("policy", "check", str(new)).out.startswith("ok: default@2:")
    then = explain(shell, "Which sizes are there of the parka?", new)
    assert (then["decision"]["rule"], then["decision"]["reason"]) == ("review_product_basic_sizes", "complex_product")
    assert explain(shell, "What is the parka made of?", new)["decision"]["rule"] == "automate"
    again = shell("insights", "review", "--since", "91d", "--apply", "--yes")
    assert again.code == 2
    assert "is there already, and no policy is written over" in again.err


def test_a_policy_that_cannot_be_edited_is_reviewed_all_the_same(shell: Shell, tmp_path: Path) -> None:
    mine = tmp_path / "short.yaml"
    mine.write_text(
        "version: 3\nqueues: {unsure: {queue: care}, complex_product: {queue: care}}\n"
        "rules: [{id: loop, when: signals.loop, route: human, reason: unsure},"
        ' {id: rest, when: "true", route: automate, reason: from_signals}]\n',
        "utf-8",
    )
    ran = shell("insights", "review", "--demo", "--policy", str(mine))
    assert ran.code == 0
    assert "this cannot be put into short.yaml: the policy's rules stand on one line" in ran.err
    assert "none: nothing here is sure enough" in ran.out


@pytest.mark.usefixtures("empty_store")
def test_what_cannot_be_understood_is_said(shell: Shell, tmp_path: Path) -> None:
    assert "--price-output" in shell("insights", "review", "--price-input", "1").err
    assert "'gone.yaml' is no file" in shell("insights", "review", "--policy", "gone.yaml").err
    assert shell("insights", "review", "--since", "soon").code == 2
