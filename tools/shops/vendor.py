"""An adapter's settings: typed, from the ``WARMLINE_…`` variables it names, secrets kept out of every text."""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.errors import SettingsError


class VendorSettings(BaseModel):
    """The settings of one vendor: field ``token`` of the prefix ``WARMLINE_SHOPIFY_`` is the variable ``WARMLINE_SHOPIFY_TOKEN``.

    A secret is a ``SecretStr``. ``read`` is given the variables by ``Settings.variables``; nothing here looks at the environment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)
    prefix: ClassVar[str]

    @classmethod
    def variable(cls, field: str) -> str:
        """The variable a field is read from."""
        return f"{cls.prefix}{field.upper()}"

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """The settings in these variables, of which an empty one is not set; ``SettingsError`` names each that cannot be used."""
        given = {
            name: variables[cls.variable(name)] for name in cls.model_fields if variables.get(cls.variable(name), "").strip()
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise SettingsError("; ".join(map(cls._told, error.errors(include_input=False, include_url=False)))) from None

    @classmethod
    def _told(cls, fault: Mapping[str, object]) -> str:
        place = fault["loc"]
        field = str(place[0]) if isinstance(place, tuple) and place else ""
        about = cls.model_fields.get(field)
        wanted = f"; expected {about.description}" if about is not None and about.description else ""
        if not field:  # about several at once: the message names them
            return str(fault["msg"]).removeprefix("Value error, ")
        if fault["type"] == "missing":
            return f"{cls.variable(field)}: is not set{wanted}"
        return f"{cls.variable(field)}: {str(fault['msg']).removeprefix('Value error, ')}{wanted}"
