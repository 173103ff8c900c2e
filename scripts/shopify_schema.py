"""Cut from Shopify's published Admin schema what our documents use, for the tests to hold them against.

    npm pack @shopify/dev-mcp && tar xzf shopify-dev-mcp-*.tgz package/dist/data
    python scripts/shopify_schema.py package/dist/data/admin_2026-10.json.gz

The package (ISC licence) holds the schema of each version as the answer to an introspection query. Only names and types are taken: of objects
the fields that are asked for, of inputs the fields that are sent, of enums every value.
"""

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
    visit,
)
from graphql.language import FieldNode

from warmline.tools.shops.shopify import documents

HERE = Path(__file__).parents[1] / "tests" / "tools" / "shops" / "shopify"
SENT = {
    "MetafieldsSetInput": {"ownerId", "namespace", "key", "type", "value", "compareDigest"},
    "OrderCancelRefundMethodInput": {"originalPaymentMethodsRefund"},
    "OrderInput": {"id", "shippingAddress"},
    "MailingAddressInput": {
        "firstName", "lastName", "address1", "address2", "city", "zip", "countryCode", "provinceCode", "province",
    },
    "ReturnInput": {"orderId", "returnLineItems", "exchangeLineItems", "returnShippingFee"},
    "ReturnLineItemInput": {"fulfillmentLineItemId", "quantity", "returnReason", "returnReasonNote"},
    "ExchangeLineItemInput": {"variantId", "quantity", "appliedDiscount"},
    "ExchangeLineItemAppliedDiscountInput": {"description", "value"},
    "ExchangeLineItemAppliedDiscountValueInput": {"percentage"},
    "ReverseDeliveryLineItemInput": {"quantity"},
}  # fmt: skip
"""Of each input what we send; of those not named here, everything."""


def texts() -> dict[str, str]:
    """Every document, by its name."""
    return {
        name: text
        for name, text in vars(documents).items()
        if isinstance(text, str) and text.lstrip().startswith(("query ", "mutation "))
    }


class _Used(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.fields: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        if parent is not None and not node.name.value.startswith("__"):
            self.fields[parent.name][node.name.value] |= {one.name.value for one in node.arguments or ()}


def cut(schema: GraphQLSchema) -> str:
    """The schema, as text, of what the documents use."""
    info = TypeInfo(schema)
    used = _Used(info)
    for text in texts().values():
        document = parse(text)
        if wrong := validate(schema, document):
            raise SystemExit(f"not of this schema: {wrong[0].message}")
        visit(document, TypeInfoVisitor(info, used))
    parts: dict[str, str] = {}
    waiting = [schema.type_map[name] for name in used.fields]
    while waiting:
        kind = waiting.pop()
        if kind.name in parts or kind.name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        parts[kind.name], needed = _told(kind, used.fields, schema)
        waiting += needed
    body = "\n\n".join(parts[name] for name in sorted(parts))
    return f"schema {{\n  query: QueryRoot\n  mutation: Mutation\n}}\n\ndirective @oneOf on INPUT_OBJECT\n\n{body}\n"


def _told(
    kind: GraphQLNamedType, used: dict[str, dict[str, set[str]]], schema: GraphQLSchema
) -> tuple[str, list[GraphQLNamedType]]:
    if isinstance(kind, GraphQLScalarType):
        return f"scalar {kind.name}", []
    if isinstance(kind, GraphQLEnumType):
        return f"enum {kind.name} {{\n" + "".join(f"  {value}\n" for value in kind.values) + "}", []
    if isinstance(kind, GraphQLUnionType):
        return f"union {kind.name} = {' | '.join(one.name for one in kind.types)}", list(kind.types)
    if isinstance(kind, GraphQLInputObjectType):
        return _input(kind)
    if isinstance(kind, GraphQLInterfaceType):
        return _interface(kind, used.get(kind.name, {}), schema)
    if isinstance(kind, GraphQLObjectType):
        return _object(kind, used)
    raise SystemExit(f"{kind.name}: no kind of type that is known")


def _input(kind: GraphQLInputObjectType) -> tuple[str, list[GraphQLNamedType]]:
    sent = SENT.get(kind.name, set(kind.fields))
    kept = {name: one for name, one in kind.fields.items() if name in sent or is_required_input_field(one)}
    one_of = " @oneOf" if kind.is_one_of else ""
    lines = "".join(f"  {name}: {one.type}\n" for name, one in kept.items())
    return f"input {kind.name}{one_of} {{\n{lines}}}", [get_named_type(one.type) for one in kept.values()]


IMPLEMENTED = {"Node": "Product", "ReturnLineItemType": "ReturnLineItem"}
"""Of each interface the type that our fake answers with."""


def _interface(
    kind: GraphQLInterfaceType, fields: dict[str, set[str]], schema: GraphQLSchema
) -> tuple[str, list[GraphQLNamedType]]:
    kept = {name: kind.fields[name] for name in sorted({"id", *fields})}
    lines = "".join(f"  {name}: {field.type}\n" for name, field in kept.items())
    needed: list[GraphQLNamedType] = [get_named_type(field.type) for field in kept.values()]
    return f"interface {kind.name} {{\n{lines}}}", [*needed, schema.type_map[IMPLEMENTED[kind.name]]]


def _object(kind: GraphQLObjectType, used: dict[str, dict[str, set[str]]]) -> tuple[str, list[GraphQLNamedType]]:
    fields = used.get(kind.name, {})
    needed: list[GraphQLNamedType] = []
    lines = ""
    faces = [one for one in kind.interfaces if IMPLEMENTED.get(one.name) == kind.name]
    own = {*fields, *(name for face in faces for name in ("id", *used.get(face.name, ())))}
    for name in sorted(own):
        field = kind.fields[name]
        kept = {one: arg for one, arg in field.args.items() if one in fields.get(name, ()) or is_required_argument(arg)}
        needed += [get_named_type(field.type), *(get_named_type(arg.type) for arg in kept.values())]
        told = ", ".join(f"{one}: {arg.type}" for one, arg in kept.items())
        lines += f"  {name}{f'({told})' if told else ''}: {field.type}\n"
    named = f" implements {' & '.join(face.name for face in faces)}" if faces else ""
    return f"type {kind.name}{named} {{\n{lines}}}", [*needed, *faces]


def main() -> None:
    """Write the cut schema beside the tests."""
    answer = json.loads(gzip.decompress(Path(sys.argv[1]).read_bytes()))
    schema = build_client_schema(answer.get("data", answer), assume_valid=True)
    head = (
        f"# Cut from Shopify's published Admin API schema, {documents.VERSION}, by scripts/shopify_schema.py: names and types only.\n"
        "# Source: npm package @shopify/dev-mcp 1.16.0, ISC licence, copyright Shopify Inc.\n\n"
    )
    (HERE / f"admin_{documents.VERSION}.graphql").write_text(head + cut(schema), "utf-8")


if __name__ == "__main__":
    main()
