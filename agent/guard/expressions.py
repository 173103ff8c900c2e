"""Expressions in CEL, read and evaluated by Google's own runtime (cel-expr-python); its types stay in here.

Common Expression Language, https://github.com/google/cel-spec. What cannot be evaluated is a value there, an error here.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cel_expr_python.cel import Activation, Env, Expression

GROUPS = ("signals", "customer", "order", "facts", "thresholds")
"""The names an expression may begin with; each is a group of others."""


class ExpressionError(Exception):
    """Text that is no expression, or one that cannot be evaluated with these values."""


class Values:
    """Names with their values, converted once for all the expressions that are asked about them."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.activation: Activation = _environment().Activation(names)


class Program:
    """An expression that was read; its names and types are not looked at before it is evaluated."""

    def __init__(self, source: str) -> None:
        try:
            self._expression: Expression = _environment().compile(source, disable_check=True)
        except RuntimeError as error:
            raise ExpressionError(str(error)) from error

    def evaluate(self, values: Values) -> Any:
        """Its value. ``ExpressionError`` when a name is missing or a type is wrong, unless the rest decides: ``a || true`` is true."""
        found = self._expression.eval(values.activation)
        value = found.plain_value()
        if type(value) in (bool, int):  # an error is neither, and asking for its type costs as much as the rest
            return value
        from cel_expr_python.cel import Type

        if found.type() == Type.ERROR:
            raise ExpressionError(str(value))
        return value


@cache
def _environment() -> "Env":
    from cel_expr_python.cel import NewEnv, Type

    return NewEnv(variables=dict.fromkeys(GROUPS, Type.Map(Type.STRING, Type.DYN)))
