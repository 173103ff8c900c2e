"""Klaviyo: who asked to be told what. No shop of its own: it gives any shop the ``Marketing`` methods (``warmline.tools.with_marketing``).

Written against revision 2026-10-15, the current stable one (https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy).
"""

from .klaviyo import Klaviyo
from .opening import KlaviyoSettings, forget, kept, open_marketing
from .register import Register

__all__ = ["Klaviyo", "KlaviyoSettings", "Register", "forget", "kept", "open_marketing"]
