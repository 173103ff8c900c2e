"""``warmline eval import``: a stored conversation becomes a case that plays, without what names a person."""

from pathlib import Path

import pytest

from warmline.cli import main
from warmline.evals.suite_files.importing import Redaction


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def talk(home: str, *messages: str) -> str:
    """The id of a conversation that was held."""
    import asyncio

    from warmline import SupportAgent
    from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says

    async def held() -> None:
        async with SupportAgent(
            shop=MemoryShop(),
            model=ScriptedModel([says("I see.")] * len(messages)),
            guard=FixedGuard(),
            store=Path(home) / "warmline.db",
        ) as agent:
            for message in messages:
                await agent.reply("chat-1", message)

    Path(home).mkdir()
    asyncio.run(held())
    return "chat-1"


def test_a_conversation_becomes_a_case_that_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    conversation = talk("home", "Where is W-12345? I am ada@lovelace.example, 4111 1111 1111 1111.", "And W-12345 again?")
    assert main(["eval", "import", conversation, "--home", "home", "--output", "i.eval.yaml"]) == 0
    text = Path("i.eval.yaml").read_text("utf-8")
    assert "lovelace" not in text
    assert "12345" not in text
    assert "4111" not in text
    assert text.count("W-90001") == 2
    assert "tier: watch" in text
    capsys.readouterr()
    assert main(["eval", "list", "i.eval.yaml"]) == 0
    assert "imported-" in capsys.readouterr().out


def test_a_file_is_not_written_over_and_an_unknown_conversation_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    talk("home", "Hello")
    Path("i.eval.yaml").touch()
    assert main(["eval", "import", "chat-1", "--home", "home", "--output", "i.eval.yaml"]) == 4
    assert main(["eval", "import", "chat-9", "--home", "home"]) == 4
    assert "there is no answered message in a conversation 'chat-9'" in capsys.readouterr().err


def test_the_same_is_replaced_by_the_same() -> None:
    redaction = Redaction()
    assert redaction.of("Ask ada@x.example or ADA@x.example, not bob@x.example") == (
        "Ask person1@example.com or person1@example.com, not person2@example.com"
    )
    assert redaction.of("Call +44 20 7946 0018 about w 12345") == "Call +1-555-010-0001 about W-90001"
