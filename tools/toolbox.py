"""Everything the agent can do, in the order it is told to a model."""

from .catalog import COMPARE_PRODUCTS, GET_PRODUCT, SEARCH_PRODUCTS
from .escalation import ESCALATE
from .exchanges import START_EXCHANGE
from .marketing import ENROL, SUBSCRIBE
from .order_changes import CANCEL_ORDER, CHANGE_ADDRESS
from .orders import FIND_ORDERS, GET_ORDER
from .policies import GET_POLICY
from .returns import CHECK_RETURN, START_RETURN
from .shop import Shop
from .stock import CHECK_STOCK
from .stopping import STOP
from .texting import TEXT
from .tool import AnyTool

ALL_TOOLS: tuple[AnyTool, ...] = (
    FIND_ORDERS,
    GET_ORDER,
    CANCEL_ORDER,
    CHANGE_ADDRESS,
    SEARCH_PRODUCTS,
    GET_PRODUCT,
    CHECK_STOCK,
    COMPARE_PRODUCTS,
    GET_POLICY,
    CHECK_RETURN,
    START_RETURN,
    START_EXCHANGE,
    SUBSCRIBE,
    TEXT,
    ENROL,
    STOP,
    ESCALATE,
)
"""All tools; the order is part of the request's prefix and stays as it is."""


def tools_for(shop: Shop) -> tuple[AnyTool, ...]:
    """The tools this shop has the protocols for, in the order of ``ALL_TOOLS``."""
    return tuple(tool for tool in ALL_TOOLS if tool.offered_by(shop))
