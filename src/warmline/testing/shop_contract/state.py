"""What can be seen of a shop, to tell whether anything changed."""

from warmline.tools.capabilities import lacks
from warmline.tools.shop import Returns

from .attempts import Attempt
from .world import World


async def seen(world: World, attempt: Attempt) -> tuple[object, ...]:
    """The order the write is about, what of it may go back, the variants it may move, and the backend's own count of writes."""
    shop = world.shop
    parts: list[object] = [await world.writes() if world.writes is not None else None]
    if attempt.about is not None:
        parts.append(await shop.get_order(attempt.about))
        if isinstance(shop, Returns) and "check_return" not in lacks(shop):
            check = await shop.check_return(attempt.about)
            parts.append(check and check.items)
    parts += [await shop.get_product(sku) for sku in (world.sku, world.swap and world.swap.new_sku) if sku]
    return tuple(parts)
