"""The changes a case makes to the demo shop's records, written as plainly as in ``fixtures/shop``."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from warmline.agent.guard.names import did_you_mean
from warmline.evals.suite_files.loading import LoadedCase
from warmline.tools.model import Customer, Order, Product

_MODELS: dict[str, tuple[type[BaseModel], str]] = {
    "customers": (Customer, "customer_id"),
    "orders": (Order, "number"),
    "products": (Product, "product_id"),
}
_MONEY = frozenset({"price", "unit_price", "shipping", "discount", "total", "lifetime_value"})
_DURATION = re.compile(r"-?P(?=[\dT])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_read_duration = TypeAdapter(timedelta).validate_python


def changed(
    table: str, key: str, record: BaseModel | None, fields: Mapping[str, Any], *, now: datetime, loaded: LoadedCase
) -> Any:
    """The record with these fields replaced, or a whole new one; ``Misplaced`` says what cannot be so."""
    model, identity = _MODELS[table]
    path = ("world", "set", table, key)
    before = record.model_dump() if record is not None else {identity: key}
    for name in fields:
        if name not in model.model_fields:
            problem = f"{table} have no field {name!r}: {did_you_mean(name, model.model_fields)}"
            raise loaded.source.nearest((*path, name), key=True)[0].error(problem)
    try:
        return model.model_validate(_laid_over(before, _resolved("", dict(fields), now)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        new = f" ({key!r} is new, so it needs every field)" if record is None else ""
        problem = f"{table} {key} cannot be so: {where}: {first['msg']}{new}"
        raise loaded.source.nearest((*path, *first["loc"]))[0].error(problem) from error


def _laid_over(before: Any, over: Any) -> Any:
    """Mappings are merged, all else is replaced; money and stock as a whole."""
    if not (isinstance(before, dict) and isinstance(over, dict)):
        return over
    below, above = cast("dict[str, Any]", before), cast("dict[str, Any]", over)
    return {**below, **{name: _laid_over(below.get(name), value) for name, value in above.items()}}


def _resolved(name: str, value: Any, now: datetime) -> Any:
    """Amounts as money, durations as times, all the way down."""
    if isinstance(value, dict):
        return {str(inner): _resolved(str(inner), part, now) for inner, part in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_resolved(name, part, now) for part in cast("list[Any]", value)]
    if name in _MONEY and value is not None:
        return {"amount": f"{value:.2f}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)}
    if isinstance(value, str) and _DURATION.fullmatch(value):
        moment = now + _read_duration(value)
        return moment.date() if name == "since" else moment
    return value.isoformat() if isinstance(value, datetime | date) else value
