"""Return labels from carriers, for shops that have none of their own."""

from .carrier import Bought, Carrier, Parcel
from .labelled import LabelledShop, with_labels
from .opening import open_carrier

__all__ = ["Bought", "Carrier", "LabelledShop", "Parcel", "open_carrier", "with_labels"]
