"""The examination behind ``warmline doctor``: every part is tried and not assumed; keys and passwords are never shown."""

import platform
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from warmline.errors import WarmlineError
from warmline.settings import DEMO, Settings
from warmline.tools.capabilities import Finding

from .assembly import NO_LANGUAGE_MODEL, choose_model, load_guard, open_chosen_shop, open_shop, open_store, prepare_home
from .checkup_mcp import examine_mcp

LEAST_FREE = 100_000_000
"""Bytes of free disk below which a warning is due."""

LIVE_SECONDS = 20.0
_SAMPLE = "Where is my order?"


class _Undone(Exception):
    """Raised inside a transaction that must leave nothing behind."""


async def examine(*, home: Path | None, live: bool) -> list[Finding]:
    """All findings, in order; ``live`` also asks the model's server for an answer."""
    settings, faults = Settings.examined(home=home)
    checks: list[tuple[str, Callable[[Settings], Awaitable[Finding]]]] = [
        ("home", _home),
        ("shop", _shop),
        ("database", _store),
        ("policy", _policy),
        ("guard", _guard),
        ("model", _model),
        *([("answer", _answer)] if live else []),
    ]
    findings = [await _python()]
    findings += [Finding(name=fault.variable, status="problem", found=fault.said) for fault in faults]
    findings += [await _tried(name, check, settings) for name, check in checks]
    return findings + (await examine_mcp(home=home) if settings.variables.get("WARMLINE_MCP") else [])


async def _tried(name: str, check: Callable[[Settings], Awaitable[Finding]], settings: Settings) -> Finding:
    try:
        return await check(settings)
    except WarmlineError as error:
        return Finding(name=name, status="problem", found=str(error))
    except Exception as error:  # noqa: BLE001 (one part that breaks must not hide the others)
        return Finding(name=name, status="problem", found=f"{type(error).__name__}: {error}")


async def _python() -> Finding:
    from .app import installed

    return Finding(
        name="warmline", status="ok", found=f"{installed()}, Python {platform.python_version()} on {platform.system()}"
    )


async def _home(settings: Settings) -> Finding:
    prepare_home(settings)
    with tempfile.TemporaryFile(dir=settings.home) as file:
        file.write(b"warmline doctor")
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE:
        found = f"{settings.home}, {free // 1_000_000} MB free"
        return Finding(name="home", status="warning", found=found, remedy="Make room on this disk: a full one stops the store.")
    return Finding(name="home", status="ok", found=f"{settings.home} can be written")


async def _shop(settings: Settings) -> Finding:
    from warmline.tools.toolbox import ALL_TOOLS, tools_for

    from .customers import list_customers

    if settings.shop != DEMO:
        async with open_chosen_shop(settings) as shop:
            offered = len(tools_for(shop))
        found = f"{settings.shop} opens; {offered} of {len(ALL_TOOLS)} tools can be offered"
        return Finding(name="shop", status="ok", found=found, remedy="warmline doctor --shop examines it.")
    async with open_shop(settings) as shop:
        customers, policies = len(await list_customers(shop)), len(await shop.list_policies())
    return Finding(name="shop", status="ok", found=f"demo shop, {settings.shop_file}: {customers} customers, {policies} policies")


async def _store(settings: Settings) -> Finding:
    from sqlalchemy import insert

    from warmline.agent.store.database import transaction
    from warmline.agent.store.outbox import event_row
    from warmline.agent.store.rows import OUTBOX

    async with open_store(settings) as store:
        row = event_row("doctor", "doctor", {}, store.clock.now())
        with suppress(_Undone):
            async with transaction(store.engine) as connection:
                await connection.execute(insert(OUTBOX).values(row))
                raise _Undone
        shown = store.engine.url.render_as_string(hide_password=True)
    return Finding(name="database", status="ok", found=f"{shown} opens and can be written")


async def _policy(settings: Settings) -> Finding:
    stamp = load_guard(settings.policy).policy.stamp
    return Finding(name="policy", status="ok", found=f"{stamp} ({settings.policy or 'the default'})")


async def _guard(settings: Settings) -> Finding:
    from warmline.agent.guard.facts import Facts

    guard = load_guard(settings.policy)
    signals = await guard.read(_SAMPLE, Facts())
    if signals.failure is not None:
        return Finding(
            name="guard", status="problem", found=signals.failure, remedy="Every message goes to a person until this is mended."
        )
    decision = guard.decide(signals)
    return Finding(name="guard", status="ok", found=f"reads and decides ({_SAMPLE!r}: {decision.route}, {decision.reason})")


async def _model(settings: Settings) -> Finding:
    if settings.embedded:
        found, _, remedy = NO_LANGUAGE_MODEL.partition("; ")
        return Finding(name="model", status="warning", found=found, remedy=f"{remedy[:1].upper()}{remedy[1:]}.")
    key = "OPENAI_API_KEY is set" if settings.api_key else "no OPENAI_API_KEY"
    return Finding(name="model", status="ok", found=f"{settings.model} at {settings.server}, {key}")


async def _answer(settings: Settings) -> Finding:
    from warmline.agent.models.base import Message, ModelRequest, Prompt

    model = choose_model(settings, attempts=1, budget_seconds=LIVE_SECONDS)
    if model is None:
        return Finding(name="answer", status="ok", found="the embedded model needs no server")
    messages = [Message(role="user", text="Say yes.")]
    try:
        answer = await model.answer(ModelRequest(prompt=Prompt(system="Answer with one word."), messages=messages, max_tokens=16))
    finally:
        await model.aclose()
    return Finding(name="answer", status="ok", found=f"{answer.model or model.name} answered")
