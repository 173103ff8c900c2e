"""The examination behind ``warmline doctor --shop``: is the shop reached, may we do what we need, and what will not work."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from warmline.errors import WarmlineError
from warmline.settings import Settings
from warmline.tools.capabilities import Examined, Finding

from .assembly import open_chosen_shop

if TYPE_CHECKING:
    from warmline.tools.shop import Shop
    from warmline.tools.tool import AnyTool


async def examine_shop(*, home: Path | None) -> list[Finding]:
    """What the shop finds about itself, then each tool that cannot be offered, and why. Nothing is written to the shop."""
    try:
        settings = Settings.from_env(home=home)
        async with open_chosen_shop(settings) as shop:
            return [*await _reached(settings.shop, shop), *_tools(shop)]
    except WarmlineError as error:
        return [Finding(name="shop", status="problem", found=str(error))]
    except Exception as error:  # noqa: BLE001 (so may a host's own function that opens it)
        return [Finding(name="shop", status="problem", found=f"it does not open: {type(error).__name__}: {error}")]


async def _reached(name: str, shop: "Shop") -> Sequence[Finding]:
    try:
        if isinstance(shop, Examined):
            return await shop.examine()
        policies = await shop.list_policies()
    except Exception as error:  # noqa: BLE001 (a shop that cannot be reached is what is asked about)
        found = str(error) if isinstance(error, WarmlineError) else f"{type(error).__name__}: {error}"
        return [Finding(name="shop", status="problem", found=f"{name}: {found}")]
    return [Finding(name="shop", status="ok", found=f"{name} answers: {len(policies)} policies")]


def _tools(shop: "Shop") -> list[Finding]:
    from warmline.tools.toolbox import ALL_TOOLS

    missing = [tool for tool in ALL_TOOLS if not tool.offered_by(shop)]
    offered = Finding(
        name="tools", status="ok", found=f"{len(ALL_TOOLS) - len(missing)} of {len(ALL_TOOLS)} are offered to the model"
    )
    return [offered, *(Finding(name=tool.name, status="warning", found=f"not offered: {_why(tool, shop)}") for tool in missing)]


def _why(tool: "AnyTool", shop: "Shop") -> str:
    lacking = tool.lacking(shop)
    if lacking:
        return "; ".join(f"{method}: {reason}" for method, reason in lacking.items())
    return f"the shop does not have the methods of {tool.needs.__name__} (warmline.tools.shop)"
