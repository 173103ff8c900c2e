"""What a run in one process is played with: the embedded model, the configured one, or a recording of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warmline.evals.running.trial import Troupe

    from .eval_running import Wanted


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
    from warmline.evals.running.live import PacedModel, read_prices
    from warmline.evals.running.troupes import live_troupe
    from warmline.settings import Settings

    from .assembly import choose_model

    settings = Settings.from_env()
    model = choose_model(settings)
    if model is None:
        raise RuntimeError("no language model is configured")  # looked at before the log was begun
    prices = read_prices(wanted.price) if wanted.price else None
    asked = PacedModel(model, wanted.rate) if wanted.rate else model
    troupe = live_troupe(asked, agent, prices=prices, record=wanted.record, secrets=(settings.api_key or "",))
    try:
        yield troupe
    finally:
        await troupe.stage.close()
        await model.aclose()
