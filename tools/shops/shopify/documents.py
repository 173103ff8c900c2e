"""What is asked of Shopify, in GraphQL. ``tests/tools/shops/shopify`` holds every document against the published schema of ``VERSION``.

The objects, their fields and the scopes they need: shopify.dev/docs/api/admin-graphql/2026-10, pages Order, Fulfillment, Customer, Product,
ProductVariant, InventoryLevel, ShopPolicy, Return, returnableFulfillments, AppInstallation.
"""

VERSION = "2026-10"
"""The version of the Admin API that everything here is written for: stable since 1 October 2026, served until 16 October 2027
(shopify.dev/changelog/release-notes/2026-10)."""

MONEY = "presentmentMoney { amount currencyCode }"
"""What the customer saw and paid, in the currency they saw it in."""

PARCELS = 5
"""Parcels of an order that are read; an order with more goes to a person. These sizes keep one order and one product below the 1,000 points
a query may cost, if every object of every page costs one."""

_ADDRESS = "name address1 address2 city provinceCode province zip countryCodeV2"

_LINE = f"""
fragment Line on LineItem {{
  id sku name title quantity currentQuantity
  variant {{ id selectedOptions {{ name value }} }}
  product {{ tags }}
  originalUnitPriceSet {{ {MONEY} }}
  discountedUnitPriceAfterAllDiscountsSet {{ {MONEY} }}
  taxLines {{ priceSet {{ {MONEY} }} }}
}}"""

_ORDER = f"""
fragment Whole on Order {{
  id name email processedAt updatedAt cancelledAt taxesIncluded
  displayFinancialStatus displayFulfillmentStatus
  customer {{ legacyResourceId }}
  cancellation {{ staffNote }}
  shippingAddress {{ {_ADDRESS} }}
  billingAddress {{ {_ADDRESS} }}
  totalPriceSet {{ {MONEY} }}
  totalDiscountsSet {{ {MONEY} }}
  totalShippingPriceSet {{ {MONEY} }}
  totalReceivedSet {{ {MONEY} }}
  totalRefundedSet {{ {MONEY} }}
  lineItems(first: 20) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
  fulfillmentsCount {{ count }}
  fulfillments(first: {PARCELS}) {{
    id status displayStatus createdAt inTransitAt deliveredAt estimatedDeliveryAt
    trackingInfo {{ company number }}
    fulfillmentLineItems(first: 20) {{ nodes {{ id quantity lineItem {{ id }} }} pageInfo {{ hasNextPage }} }}
    events(first: 6, sortKey: HAPPENED_AT, reverse: true) {{ nodes {{ happenedAt status message city province country }} }}
  }}
}}"""

ORDERS = f"""
query Orders($query: String!, $first: Int!, $after: String) {{
  orders(first: $first, after: $after, query: $query, sortKey: PROCESSED_AT, reverse: true) {{
    nodes {{ ...Whole }} pageInfo {{ hasNextPage endCursor }}
  }}
}}{_ORDER}{_LINE}"""

ORDER = f"""
query Order($id: ID!) {{ order(id: $id) {{ ...Whole }} }}{_ORDER}{_LINE}"""

LINES = f"""
query Lines($id: ID!, $after: String) {{
  order(id: $id) {{ lineItems(first: 40, after: $after) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }} }}
}}{_LINE}"""

CUSTOMER = f"""
query Customer($id: ID!) {{
  customer(id: $id) {{
    legacyResourceId displayName locale createdAt tags
    amountSpent {{ amount currencyCode }}
    defaultEmailAddress {{ emailAddress marketingState }}
    defaultPhoneNumber {{ phoneNumber }}
    defaultAddress {{ {_ADDRESS} }}
  }}
}}"""

_VARIANT = """
fragment Stocked on ProductVariant {
  id sku price availableForSale inventoryPolicy selectedOptions { name value }
  inventoryItem {
    tracked
    inventoryLevels(first: 10) {
      nodes { location { name fulfillsOnlineOrders } quantities(names: ["available"]) { name quantity } } pageInfo { hasNextPage }
    }
  }
}"""

_PRODUCT = """
fragment Sold on Product {
  id title productType vendor description status tags
  variants(first: 15) { nodes { ...Stocked } pageInfo { hasNextPage endCursor } }
}"""

PRODUCT = f"""
query Product($id: ID!) {{ product(id: $id) {{ ...Sold }} }}{_PRODUCT}{_VARIANT}"""

VARIANTS = f"""
query Variants($id: ID!, $after: String) {{
  product(id: $id) {{ variants(first: 15, after: $after) {{ nodes {{ ...Stocked }} pageInfo {{ hasNextPage endCursor }} }} }}
}}{_VARIANT}"""

CATALOGUE = """
query Catalogue($after: String) {
  products(first: 250, after: $after, query: "status:active", sortKey: ID) {
    nodes { id title productType vendor tags status } pageInfo { hasNextPage endCursor }
  }
}"""

PRODUCTS = f"""
query Products($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...Sold }} }}{_PRODUCT}{_VARIANT}"""

SKUS = """
query Skus($query: String!, $after: String) {
  productVariants(first: 100, after: $after, query: $query) {
    nodes { id sku product { id status } } pageInfo { hasNextPage endCursor }
  }
}"""

VARIANT = """
query Variant($id: ID!) { productVariant(id: $id) { id sku product { id status } } }"""

POLICIES = """
query Policies { shop { shopPolicies { type title body } } }"""

SHOP = """
query Shop {
  shop { name myshopifyDomain currencyCode taxesIncluded }
  currentAppInstallation { id accessScopes { handle } }
}"""

RETURNABLE = """
query Returnable($id: ID!) {
  returnableFulfillments(orderId: $id, first: 20) {
    nodes {
      fulfillment { id deliveredAt createdAt }
      returnableFulfillmentLineItems(first: 40) {
        nodes { quantity fulfillmentLineItem { id lineItem { id } } } pageInfo { hasNextPage }
      }
    }
    pageInfo { hasNextPage }
  }
}"""

_RETURN = """
fragment Back on Return {
  id name status
  returnLineItems(first: 40) { nodes { id returnReasonNote quantity } }
  reverseFulfillmentOrders(first: 5) {
    nodes {
      id
      reverseDeliveries(first: 5) {
        nodes {
          id deliverable { ... on ReverseDeliveryShippingDeliverable { label { publicFileUrl } tracking { carrierName number } } }
        }
      }
    }
  }
}"""

RETURNS = f"""
query Returns($id: ID!) {{
  order(id: $id) {{ returns(first: 50) {{ nodes {{ ...Back }} pageInfo {{ hasNextPage }} }} }}
}}{_RETURN}"""

RETURN_CREATE = f"""
mutation ReturnCreate($input: ReturnInput!) {{
  returnCreate(returnInput: $input) {{ return {{ ...Back }} userErrors {{ code field }} }}
}}{_RETURN}"""

REVERSE_DELIVERY = """
mutation ReverseDelivery($order: ID!, $tracking: ReverseDeliveryTrackingInput, $label: ReverseDeliveryLabelInput) {
  reverseDeliveryCreateWithShipping(
    reverseFulfillmentOrderId: $order, reverseDeliveryLineItems: [], trackingInput: $tracking, labelInput: $label, notifyCustomer: true
  ) { reverseDelivery { id } userErrors { code field } }
}"""

ORDER_CANCEL = """
mutation OrderCancel($id: ID!, $note: String!) {
  orderCancel(
    orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: true, staffNote: $note,
    refundMethod: { originalPaymentMethodsRefund: true }
  ) { job { id done } orderCancelUserErrors { code field } }
}"""

CANCELLING = """
query Cancelling($id: ID!, $job: ID!) {
  order(id: $id) { cancelledAt cancellation { staffNote } }
  job(id: $job) { id done }
}"""

ORDER_UPDATE = f"""
mutation OrderUpdate($input: OrderInput!) {{
  orderUpdate(input: $input) {{ order {{ id shippingAddress {{ {_ADDRESS} }} }} userErrors {{ field }} }}
}}"""

CLAIM = """
query Claim($key: String!) {
  currentAppInstallation { id metafield(namespace: "warmline", key: $key) { value compareDigest } }
}"""

CLAIMS = """
query Claims($after: String) {
  currentAppInstallation {
    id metafields(namespace: "warmline", first: 100, after: $after) {
      nodes { key value compareDigest updatedAt } pageInfo { hasNextPage endCursor }
    }
  }
}"""

CLAIMS_DELETE = """
mutation ClaimsDelete($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) { deletedMetafields { key } userErrors { field } }
}"""

CLAIM_SET = """
mutation ClaimSet($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { value compareDigest } userErrors { code field } }
}"""
