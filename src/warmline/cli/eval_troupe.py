"""What a run in one process is played with: the embedded model, the configured one, or a recording of it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warmline.agent.models.base import Model
    from warmline.agent.models.openai import OpenAIModel
    from warmline.evals.running.trial import Troupe

    from .eval_wanted import Wanted


@asynccontextmanager
async def open_troupe(wanted: "Wanted", agent: str | None) -> AsyncGenerator["Troupe"]:
    """The troupe a command asks for; its stage is cleared when the block ends."""
    if wanted.replay is not None:
        from warmline.evals.running.troupes import replaying_troupe

        made = replaying_troupe(wanted.replay, agent)
    elif wanted.live:
        async with _live(wanted, agent) as troupe:
            yield troupe
        return
    else:
        from warmline.evals.running.troupes import embedded_troupe

        made = embedded_troupe(agent)
    try:
        yield made
    finally:
        await made.stage.close()


@asynccontextmanager
async def _live(wanted: "Wanted", agent: str | None) -> AsyncGenerator["Troupe"]:
    from warmline.evals.running.live import Pace, PacedModel, read_prices, secrets_in
    from warmline.evals.running.troupes import live_troupe
    from warmline.settings import Settings

    from .assembly import choose_model

    await asyncio.to_thread(import_module, "openai")  # takes a second, in which requests whose turn it was would gather
    settings, pace = Settings.from_env(), Pace(wanted.rate)
    models: dict[str, OpenAIModel] = {}

    def named(name: str) -> "Model":
        if name not in models:
            made = choose_model(replace(settings, model=name), sleep=pace.before_another)
            if made is None:
                raise RuntimeError("no language model is configured")  # looked at before the log was begun
            models[name] = made
        return PacedModel(models[name], pace)

    troupe = live_troupe(
        named(settings.model or ""),
        agent,
        prices=read_prices(wanted.price) if wanted.price else None,
        record=wanted.record,
        secrets=secrets_in(settings.api_key),
        simulator=wanted.simulator,
        named=named,
    )
    try:
        yield troupe
    finally:
        await troupe.stage.close()
        for model in models.values():
            await model.aclose()
