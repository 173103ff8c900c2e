"""What we ask is in Shopify's published schema, and the cut of it that the tests use is what the script makes."""

import pytest
from graphql import parse, validate
from shopify_schema import texts
from support.shopify_fake import SCHEMA, schema, values_of

from warmline.tools.shops.shopify import documents, nodes
from warmline.tools.shops.shopify.returns import REASONS


def test_there_are_documents_to_hold_against_it() -> None:
    assert {"ORDERS", "RETURN_CREATE", "ORDER_CANCEL", "ORDER_UPDATE", "CLAIM_SET"} <= set(texts())
    assert documents.VERSION in SCHEMA.read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("name", texts())
def test_a_document_fits_the_published_schema(name: str) -> None:
    assert [wrong.message for wrong in validate(schema(), parse(texts()[name]))] == []


def test_a_field_that_is_not_there_would_be_found() -> None:
    [wrong] = validate(schema(), parse(documents.ORDER.replace("processedAt", "placedAt")))
    assert "Cannot query field 'placedAt' on type 'Order'" in wrong.message


@pytest.mark.parametrize(
    ("enum", "ours"),
    [
        ("OrderDisplayFulfillmentStatus", nodes.Fulfilled),
        ("OrderDisplayFinancialStatus", nodes.Paid),
        ("FulfillmentDisplayStatus", nodes.Shown),
    ],
)
def test_our_closed_sets_are_shopifys(enum: str, ours: object) -> None:
    assert values_of(enum) == set(getattr(ours, "__args__", ()))


def test_every_reason_is_one_of_shopifys() -> None:
    assert set(REASONS.values()) <= values_of("ReturnReason")
