"""``warmline insights conversations``, and the demo's store."""

import asyncio
import csv
import io
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
