"""A process that is killed between drawing a label and committing its return; started by a test with url, folder and moment."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from warmline.tools.clock import FrozenClock
from warmline.tools.model import ReturnItem
from warmline.tools.sqlshop import SqlShop


class DyingShop(SqlShop):
    """Dies when everything is done but the commit."""

    async def _do(self, key: str, made: Any, work: Any) -> Any:
        async def deadly(write: Any) -> Any:
            await work(write)
            os.kill(os.getpid(), signal.SIGKILL)

        return await super()._do(key, made, deadly)


async def main(url: str, folder: str, now: str) -> None:
    shop = DyingShop(url=url, labels=Path(folder), clock=FrozenClock(datetime.fromisoformat(now)))
    await shop.create_exchange(
        "W-10391", ReturnItem(sku="HP-BOOT-GRN-39"), new_sku="HP-BOOT-GRN-40", reason="too_small", key="killed"
    )


asyncio.run(main(*sys.argv[1:]))
