"""An adapter's settings."""

from typing import ClassVar

import pytest
from pydantic import Field, SecretStr

from warmline.errors import SettingsError
from warmline.tools.shops.vendor import VendorSettings


class Acme(VendorSettings):
    prefix: ClassVar[str] = "WARMLINE_ACME_"
    domain: str = Field(pattern=r"^[a-z.]+$", description="the shop's domain, such as example.acme.test")
    token: SecretStr
    page: int = 50


def test_fields_are_read_from_the_variables_of_the_prefix() -> None:
    read = Acme.read(
        {"WARMLINE_ACME_DOMAIN": " a.test ", "WARMLINE_ACME_TOKEN": "s3cret", "WARMLINE_ACME_PAGE": "", "OTHER": "x"}
    )
    assert (read.domain, read.token.get_secret_value(), read.page) == ("a.test", "s3cret", 50)
    assert "s3cret" not in repr(read)


def test_every_variable_that_cannot_be_used_is_named_and_its_value_is_not() -> None:
    with pytest.raises(SettingsError) as raised:
        Acme.read({"WARMLINE_ACME_DOMAIN": "S3CRET!", "WARMLINE_ACME_PAGE": "many"})
    told = str(raised.value)
    assert "WARMLINE_ACME_TOKEN: is not set" in told
    assert "WARMLINE_ACME_DOMAIN" in told
    assert "expected the shop's domain" in told
    assert "WARMLINE_ACME_PAGE" in told
    assert "S3CRET!" not in told
