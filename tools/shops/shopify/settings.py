"""What an operator sets for a Shopify shop, and what only they know: Shopify's API does not tell a shop's rules for returns."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from warmline.tools.model import ReturnReason
from warmline.tools.shops.vendor import VendorSettings


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class ShopifySettings(VendorSettings):
    """``WARMLINE_SHOPIFY_…``. Credentials are the client id and secret of an app of yours, or the token of an app made before 2026."""

    prefix: ClassVar[str] = "WARMLINE_SHOPIFY_"

    domain: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$", description="the shop's own domain, example.myshopify.com"
    )
    client_id: str | None = None
    client_secret: SecretStr | None = None
    token: SecretStr | None = None
    delivery_days: int = Field(ge=0, le=90, description="the most days a delivery takes, as your checkout says, e.g. 7")
    return_days: int | None = Field(default=None, ge=0, le=730, description="for how many days after delivery items may go back")
    return_fee: Decimal | None = Field(
        default=None, ge=0, decimal_places=2, description="what a return costs the customer, 0 if free"
    )
    free_for: Annotated[tuple[ReturnReason, ...], BeforeValidator(_listed)] = (
        "damaged",
        "defective",
        "wrong_item",
        "not_as_described",
    )
    """Reasons for which a return is free all the same."""

    send_days: int = Field(default=14, ge=1, le=365, description="within how many days a return has to be on its way")
    exchange_days: int | None = Field(
        default=None, ge=1, le=90, description="for how many days your shop keeps the new item of an exchange"
    )
    labels: Literal["mailed", "carrier"] | None = Field(
        default=None, description="mailed (your shop sends a label for each return) or carrier (one is bought around this shop)"
    )
    """Shopify makes no labels, and a customer who sends something back is told that they get one."""

    final_sale_tag: str = "final-sale"
    """Products with this tag do not go back."""

    @model_validator(mode="after")
    def _keeps_as_long_as_it_says(self) -> Self:
        if self.exchange_days is not None and self.exchange_days < self.send_days:
            raise ValueError(
                f"{self.variable('exchange_days')} is {self.exchange_days} and {self.variable('send_days')} is {self.send_days}; expected at "
                "least as many, for the customer is told that the new item is kept until the old one has to be on its way"
            )
        return self

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        if self.token is None and (self.client_id is None or self.client_secret is None):
            raise ValueError(
                f"{self.variable('client_id')} and {self.variable('client_secret')} are not both set; expected those of your app, "
                f"or {self.variable('token')} of an app made before 2026"
            )
        return self
