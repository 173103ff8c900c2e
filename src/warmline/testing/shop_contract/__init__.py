"""What every ``Shop`` must keep, ours and yours, as tests to run over it.

    from warmline.testing.shop_contract import ShopContract, World

    class TestMyShop(ShopContract):
        @asynccontextmanager
        async def world(self) -> AsyncGenerator[World]:
            async with MyShop(...) as shop:
                yield World(shop=shop, clock=SystemClock(), order=KnownOrder(...), ...)

pytest then runs one test for each promise, in a world made for it. Without pytest, ``run_contract`` does the same.
"""

from .contract import CHECKS, Outcome, ShopContract, run_contract
from .verdicts import Broken, Check, NotOffered
from .world import KnownOrder, Swap, World

__all__ = ["CHECKS", "Broken", "Check", "KnownOrder", "NotOffered", "Outcome", "ShopContract", "Swap", "World", "run_contract"]
