"""Objects as WooCommerce answers them.

Recorded from the examples of "WooCommerce REST API", wc/v3 (woocommerce.github.io/woocommerce-rest-api-docs): "Retrieve an order", "Retrieve a
refund", "Retrieve a customer", "Retrieve a product", "Retrieve a product variation"; and of "Order fulfillments"
(developer.woocommerce.com, REST API v3). Links and fields nobody reads are shortened; names, types and nesting are as there.
"""

from typing import Any

Shape = dict[str, Any]


def a_place(first: str = "Ada", last: str = "Palmer", **changed: str) -> Shape:
    """A billing or shipping address."""
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address_1": "969 Market",
        "address_2": "",
        "city": "San Francisco",
        "state": "CA",
        "postcode": "94103",
        "country": "US",
        **changed,
    }


def a_line(line_id: int = 315, sku: str = "CREW-NVY-M", **changed: Any) -> Shape:
    """Two units, of which each was 3.00 and 0.23 tax."""
    return {
        "id": line_id,
        "name": "Harbour Crewneck",
        "product_id": 93,
        "variation_id": 931,
        "quantity": 2,
        "tax_class": "",
        "subtotal": "6.00",
        "subtotal_tax": "0.45",
        "total": "6.00",
        "total_tax": "0.45",
        "taxes": [{"id": 75, "total": "0.45", "subtotal": "0.45"}],
        "meta_data": [
            {"id": 2095, "key": "pa_size", "value": "m", "display_key": "size", "display_value": "M"},
            {"id": 2096, "key": "_reduced_stock", "value": "2", "display_key": "_reduced_stock", "display_value": "2"},
        ],
        "sku": sku,
        "price": 3,
        **changed,
    }


def an_order(order_id: int = 727, *, customer: int = 26, email: str = "ada@example.com", **changed: Any) -> Shape:
    """An order that was paid and is to be sent: two crewnecks and 10.00 for shipping."""
    return {
        "id": order_id,
        "parent_id": 0,
        "number": str(order_id),
        "order_key": "wc_order_58d2d042d1d",
        "created_via": "rest-api",
        "version": "10.3.0",
        "status": "processing",
        "currency": "USD",
        "date_created": "2026-11-17T23:30:00",
        "date_created_gmt": "2026-11-18T07:30:00",
        "date_modified": "2026-11-17T23:30:00",
        "date_modified_gmt": "2026-11-18T07:30:00",
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": "10.00",
        "shipping_tax": "0.00",
        "cart_tax": "0.45",
        "total": "16.45",
        "total_tax": "0.45",
        "prices_include_tax": False,
        "customer_id": customer,
        "customer_note": "",
        "billing": {**a_place(), "email": email, "phone": "(555) 555-5555"},
        "shipping": a_place(),
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "transaction_id": "ch_1",
        "date_paid": "2026-11-17T23:31:00",
        "date_paid_gmt": "2026-11-18T07:31:00",
        "date_completed": None,
        "date_completed_gmt": None,
        "meta_data": [{"id": 13106, "key": "_download_permissions_granted", "value": "yes"}],
        "line_items": [a_line()],
        "tax_lines": [],
        "shipping_lines": [
            {
                "id": 317,
                "method_title": "Flat Rate",
                "method_id": "flat_rate",
                "total": "10.00",
                "total_tax": "0.00",
                "taxes": [],
                "meta_data": [],
            }
        ],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        **changed,
    }


def completed(order_id: int, **changed: Any) -> Shape:
    """One that was sent."""
    done: Shape = {"status": "completed", "date_completed": "2026-11-18T10:00:00", "date_completed_gmt": "2026-11-18T18:00:00"}
    return an_order(order_id, **{**done, **changed})


def a_customer(customer_id: int = 26, email: str = "ada@example.com", first: str = "Ada", last: str = "Palmer") -> Shape:
    """A customer's account."""
    return {
        "id": customer_id,
        "date_created": "2017-03-21T16:09:28",
        "date_created_gmt": "2017-03-21T19:09:28",
        "date_modified": None,
        "date_modified_gmt": None,
        "email": email,
        "first_name": first,
        "last_name": last,
        "role": "customer",
        "username": first.lower(),
        "billing": {**a_place(first, last), "email": email, "phone": "(555) 555-5555"},
        "shipping": a_place(first, last),
        "is_paying_customer": True,
        "avatar_url": "",
        "meta_data": [],
    }


def a_product(product_id: int = 93, name: str = "Harbour Crewneck", **changed: Any) -> Shape:
    """A product with variations."""
    return {
        "id": product_id,
        "name": name,
        "slug": name.lower().replace(" ", "-"),
        "date_created_gmt": "2017-03-23T17:01:14",
        "type": "variable",
        "status": "publish",
        "featured": False,
        "catalog_visibility": "visible",
        "description": "<p>Knitted from <b>merino</b> wool.</p>\n",
        "short_description": "<p>Warm &amp; light.</p>\n",
        "sku": "",
        "price": "3.00",
        "regular_price": "3.00",
        "sale_price": "",
        "on_sale": False,
        "purchasable": True,
        "manage_stock": False,
        "stock_quantity": None,
        "stock_status": "instock",
        "backorders": "no",
        "weight": "0.4",
        "dimensions": {"length": "30", "width": "20", "height": "4"},
        "parent_id": 0,
        "categories": [{"id": 9, "name": "Clothing", "slug": "clothing"}],
        "brands": [{"id": 3, "name": "Harbour", "slug": "harbour"}],
        "tags": [],
        "images": [],
        "attributes": [
            {
                "id": 6,
                "name": "Size",
                "slug": "pa_size",
                "position": 0,
                "visible": True,
                "variation": True,
                "options": ["S", "M"],
            },
            {"id": 0, "name": "Care", "position": 1, "visible": True, "variation": False, "options": ["Wash by hand"]},
        ],
        "variations": [931, 932],
        "meta_data": [],
        **changed,
    }


def a_variation(variation_id: int = 931, sku: str = "CREW-NVY-M", size: str = "M", units: int | None = 7) -> Shape:
    """One variation."""
    return {
        "id": variation_id,
        "type": "variation",
        "parent_id": 93,
        "name": size,
        "date_created_gmt": "2017-03-23T17:05:10",
        "description": "",
        "sku": sku,
        "price": "3.00",
        "regular_price": "3.00",
        "sale_price": "",
        "on_sale": False,
        "status": "publish",
        "purchasable": True,
        "manage_stock": units is not None,
        "stock_quantity": units,
        "stock_status": "outofstock" if units == 0 else "instock",
        "backorders": "no",
        "weight": "",
        "attributes": [{"id": 6, "name": "Size", "slug": "pa_size", "option": size}],
        "meta_data": [],
    }


def a_fulfillment(fulfillment_id: int = 1, items: dict[int, int] | None = None, *, sent: bool = True) -> Shape:
    """A parcel."""
    return {
        "id": fulfillment_id,
        "entity_type": "WC_Order",
        "entity_id": "727",
        "status": "fulfilled" if sent else "unfulfilled",
        "is_fulfilled": sent,
        "date_updated": "2026-11-18T18:00:00Z",
        "date_deleted": None,
        "meta_data": [
            {"id": 1, "key": "_items", "value": [{"item_id": item, "qty": qty} for item, qty in (items or {315: 2}).items()]},
            {"id": 2, "key": "_tracking_number", "value": "1Z999AA1234567890"},
            {"id": 3, "key": "_shipment_provider", "value": "ups"},
        ],
    }


def a_refund(refund_id: int, amount: str, units: dict[int, int], meta: list[Shape] | None = None) -> Shape:
    """A refund: units below zero, the line in the meta data of the refund's own line."""
    return {
        "id": refund_id,
        "date_created": "2026-11-19T10:00:00",
        "date_created_gmt": "2026-11-19T18:00:00",
        "amount": amount,
        "reason": "",
        "refunded_by": 1,
        "refunded_payment": True,
        "meta_data": meta or [],
        "line_items": [
            {
                "id": 1000 + refund_id + line,
                "name": "Harbour Crewneck",
                "product_id": 93,
                "quantity": -units,
                "total": "-3.00",
                "total_tax": "-0.23",
                "sku": "CREW-NVY-M",
                "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": str(line)}],
            }
            for line, units in units.items()
        ],
    }
