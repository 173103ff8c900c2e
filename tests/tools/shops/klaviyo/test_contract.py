"""A shop without marketing and Klaviyo, together, keep the shop contract."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.fake_klaviyo import FakeKlaviyo
from tests.support.klaviyo_account import Agreed, an_account
from tests.support.shop_worlds import a_memory_shop, the_world

from warmline.testing.shop_contract import ShopContract, World
from warmline.tools.shop import Marketing, Shop
from warmline.tools.with_marketing import with_marketing


class TestAShopWithKlaviyo(ShopContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.register = f"sqlite:///{tmp_path / 'consents.db'}"

    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        fake, shop = FakeKlaviyo(), a_memory_shop()

        @asynccontextmanager
        async def reopen() -> AsyncGenerator[Shop]:
            async with an_account(fake, register_url=self.register, kind=Agreed) as again:
                yield with_marketing(shop, again)

        @asynccontextmanager
        async def answer_lost() -> AsyncGenerator[None]:
            fake.lost = True
            try:
                yield
            finally:
                fake.lost = False

        async def writes() -> int:
            return len(shop.receipts) + fake.count()

        async with an_account(fake, register_url=self.register, kind=Agreed) as klaviyo:
            both = with_marketing(shop, klaviyo)
            assert isinstance(both, Marketing)
            yield replace(
                the_world(shop), shop=both, writes=writes, reopen=reopen, answer_lost=answer_lost, broken_midway=answer_lost
            )
