"""``warmline insights conversations`` and ``label``."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.agent.store.store import Store
from warmline.cli import assembly
from warmline.evals.insights.rows import COLUMNS
from warmline.settings import Settings
from warmline.testing import FixedGuard


def talk(settings: Settings, *messages: tuple[str, str]) -> None:
    """Messages of C-1001, each in a conversation of its own, for a guard that sees complaints."""

    async def run() -> None:
        async with assembly.open_service(settings, guard=FixedGuard("angry")) as service:
            for thread, text in messages:
                await service.agent.reply(thread, text, customer="C-1001")

    asyncio.run(run())


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_a_row_for_each_conversation_with_pseudonyms(shell: Shell, settings: Settings) -> None:
    talk(settings, ("c1", "no good"), ("c2", "no good"))
    ran = shell("insights", "conversations")
    one, two = rows(ran.out)
    assert list(one) == list(COLUMNS)
    assert (one["served_by"], one["reason"], one["case_status"], one["csat_agent"]) == ("person", "angry", "open", "")
    assert "C-1001" not in ran.out
    assert one["customer"] == two["customer"]
    assert one["conversation"] != two["conversation"]
    assert rows(shell("insights", "conversations").out)[0]["customer"] != one["customer"]
    assert ran.err.strip() == "2 conversations"


def test_a_kept_key_makes_the_same_pseudonyms_again(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "no good"))
    key = str(tmp_path / "export.key")
    first, second = (rows(shell("insights", "conversations", "--key-file", key).out) for _ in range(2))
    assert first == second
    assert Path(key).stat().st_mode & 0o077 == 0
    assert rows(shell("insights", "conversations", "--with-ids").out)[0]["customer"] == "C-1001"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1 800", "@SUM(A1)", "  =1+1", "-2+3", "＝1"])
def test_no_cell_is_a_formula(shell: Shell, settings: Settings, text: str) -> None:
    talk(settings, ("=cmd", text))
    (row,) = rows(shell("insights", "conversations", "--words", "--with-ids").out)
    assert row["first_message"].startswith("'")
    assert row["conversation"] == "'=cmd"


def test_words_are_redacted(shell: Shell, settings: Settings) -> None:
    talk(settings, ("c1", "I am ada@shop.example, call +1 802 555 0114 about W-10432"))
    (row,) = rows(shell("insights", "conversations", "--words").out)
    assert "ada@" not in row["first_message"]
    assert "0114" not in row["first_message"]
    assert "10432" not in row["first_message"]


def test_parquet_has_the_same_columns_with_their_types(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pip install 'warmline[parquet]'")
    talk(settings, ("c1", "no good"))
    file = tmp_path / "all.parquet"
    assert shell("insights", "conversations", "--output", str(file)).code == 0
    table = parquet.read_table(file)
    assert table.column_names == list(COLUMNS)
    assert table.to_pylist()[0]["began"].utcoffset().total_seconds() == 0
    assert [one.name for one in tmp_path.iterdir() if "all" in one.name] == ["all.parquet"]


def test_a_file_of_another_kind_is_refused(shell: Shell) -> None:
    assert "neither .csv nor .parquet" in shell("insights", "conversations", "--output", "all.xlsx").err


def test_labels_are_kept_as_they_are_given_and_the_next_time_goes_on(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "one thing"), ("c2", "another thing"), ("c3", "a third"))
    file = str(tmp_path / "labels.jsonl")
    ran = shell("insights", "label", "--file", file, "--by", "ana", stdin="p\n2\nx\na\nq\n")
    assert ran.code == 0
    assert "2 labelled, 2 in" in ran.out
    assert "angry" not in ran.out.split("why?")[0].split("1 emotional")[0]  # what was decided is not shown
    kept = [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()]
    assert [(one["said"], one["why"], one["by"]) for one in kept] == [("person", "angry", "ana"), ("agent", "", "ana")]
    again = shell("insights", "label", "--file", file, "--by", "ben", stdin="")
    assert again.out.startswith("1 messages.")
    assert "0 labelled, 2 in" in again.out


def test_labels_feed_the_test_set(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "one thing"), ("c2", "another thing"))
    file, suite = str(tmp_path / "labels.jsonl"), str(tmp_path / "labelled.eval.yaml")
    shell("insights", "label", "--file", file, "--by", "ana", stdin="p\n2\na\n")
    assert shell("insights", "label", "--file", file, "--suite", suite).code == 0
    assert "2 cases in 1 suites: 0 errors" in shell("eval", "lint", suite).out
    assert "is there already" in shell("insights", "label", "--file", file, "--suite", suite).err


def test_a_threshold_is_not_chosen_by_a_handful_or_by_half_the_prices(shell: Shell, settings: Settings, tmp_path: Path) -> None:
    talk(settings, ("c1", "one thing"))
    file = str(tmp_path / "labels.jsonl")
    shell("insights", "label", "--file", file, "--by", "ana", stdin="p\n2\n")
    few = shell("insights", "label", "--file", file, "--cost-missed", "25", "--cost-needless", "4")
    assert (few.code, "are too few" in few.err) == (2, True)
    half = shell("insights", "label", "--file", file, "--cost-missed", "25")
    assert (half.code, "both prices" in half.err) == (2, True)


def test_labels_of_the_demo_choose_no_real_threshold(shell: Shell, tmp_path: Path) -> None:
    file = str(tmp_path / "labels.jsonl")
    asked = shell("insights", "label", "--demo", "--number", "40", "--file", file, "--by", "ana", stdin="a\n" * 40)
    assert "40 labelled" in asked.out
    shown = shell("insights", "label", "--demo", "--file", file, "--cost-missed", "25", "--cost-needless", "4", "--json")
    assert json.loads(shown.out)["demo"] is True
    ran = shell("insights", "label", "--file", file, "--cost-missed", "25", "--cost-needless", "4", "--apply", "--yes")
    assert (ran.code, "made-up" in ran.err) == (2, True)


async def test_the_demo_is_a_store_that_this_version_opens(tmp_path: Path) -> None:
    import lzma
    from importlib.resources import files

    from warmline.cli.insights.sources import PACKED
    from warmline.evals.insights.review.demo import END
    from warmline.tools.clock import FrozenClock

    file = tmp_path / "demo.db"
    file.write_bytes(lzma.decompress(files("warmline.evals.insights").joinpath(PACKED).read_bytes()))
    store = await Store.open(f"sqlite+aiosqlite:///{file}", clock=FrozenClock(END))
    assert await store.find(customer_id="C-1001") is not None
    await store.close()
