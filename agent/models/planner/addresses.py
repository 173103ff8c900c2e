"""A postal address in a customer's words: street, city, region, postcode and country, only as far as they were written."""

import re
from collections.abc import Mapping, Sequence

from .slots import EMAIL

_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT"
    " VA WA WV WI WY DC PR AB BC MB NB NL NS ON PE QC SK YT".split()
)
_STATE_NAMES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO", "connecticut": "CT",
    "delaware": "DE", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA",
    "kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI",
    "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
    "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK",
    "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX",
    "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
    "ontario": "ON", "quebec": "QC", "british columbia": "BC", "alberta": "AB",
}  # fmt: skip
_COUNTRIES = {
    "united states": "US", "united states of america": "US", "usa": "US", "us": "US", "u.s.": "US", "u.s.a.": "US", "america": "US",
    "canada": "CA", "united kingdom": "GB", "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "germany": "DE", "deutschland": "DE", "france": "FR", "spain": "ES", "italy": "IT", "portugal": "PT", "netherlands": "NL", "the netherlands": "NL",
    "belgium": "BE", "austria": "AT", "ireland": "IE", "sweden": "SE", "denmark": "DK", "poland": "PL", "finland": "FI", "switzerland": "CH",
}  # fmt: skip
_UK = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_CANADA = r"[A-Z]\d[A-Z]\s?\d[A-Z]\d"
_POSTCODE = re.compile(rf"\b({_UK}|{_CANADA}|\d{{5}}(?:-\d{{4}})?|\d{{4}}\s?[A-Z]{{2}}|\d{{4}}-\d{{3}}|\d{{4}})\b", re.IGNORECASE)
_STREET = re.compile(
    r"^\W*(?:\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?\s+\S*[A-Za-zÀ-ÿ]{2}|[A-Za-zÀ-ÿß.' -]{3,40}\s\d{1,4}[A-Za-z]?\W*$)|^\W*p\.?o\.? box",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"^(?:apt|apartment|unit|suite|ste|flat|floor|fl|room|rm|c/o|building|bldg|#|no\.)\b|^#\s?\d|\b(?:floor|flat)\b",
    re.IGNORECASE,
)
_INLINE_SECOND = re.compile(r"\s+((?:apt|apartment|unit|suite|ste|flat|floor)\.?\s?#?\w+|#\s?\w+)$", re.IGNORECASE)
_LEADING = r"address(?: (?:is|should be|to|now))?|be|to|is|at|instead|it's|becomes|goes to|now|new one|please"
_LEAD = re.compile(
    rf"^.*?\b(?:{_LEADING})\b\s*:?\s*(?:u[mh]\s+|er\s+)?(?=\d{{1,5}}\w?\s+[A-Za-zÀ-ÿ]|p\.?o\.? box)", re.IGNORECASE | re.DOTALL
)
_TO_WHOM = re.compile(r"^[^,\n:]*:\s*(?=\d{1,5}\w?\s+[A-Za-zÀ-ÿ])")
"""What stands before a colon and a street: "to my sister: 4 Rue Cler"."""
_WAYS = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|pl|boulevard|blvd|terrace|square|sq|close"
_RUN_ON = re.compile(rf"(\b\d{{1,5}}\w?\s+(?:[\w'.]+\s+){{1,4}}?(?:{_WAYS})\b\.?)\s+(?=[a-z]+\s)", re.IGNORECASE)
"""A dictated address without commas: the street ends at its kind."""
_TAIL = re.compile(r"\b(?:instead|please|pls|thanks|thank you|thx|cheers)\b[\s.!]*$|[.!?]+$", re.IGNORECASE)
_NAME = re.compile(r"^(?:name:?\s*)?((?:[A-ZÀ-Þ][\w'’.-]+\s){1,3}[A-ZÀ-Þ][\w'’-]+)$")
_ORDER = re.compile(r"(?:\bfor\s)?(?:\border\s)?#?\bw-?\d{4,}\b[:,]?", re.IGNORECASE)
FIELDS = ("line1", "city", "postcode", "country")
"""What an address cannot do without, beside a name."""


def read_address(text: str) -> dict[str, str]:
    """The parts of an address a message holds: ``name``, ``line1``, ``line2``, ``city``, ``region``, ``postcode``, ``country``."""
    plain = EMAIL.sub(" ", _ORDER.sub(" ", text))
    parts = _split(_TO_WHOM.sub("", _LEAD.sub("", plain, count=1), count=1))
    found: dict[str, str] = {}
    rest = [part for part in parts if not _take(part, found)]
    if "line1" not in found and "postcode" not in found:
        return {}
    _take_names(rest, parts, found)
    return {name: value for name, value in found.items() if value}


def _split(text: str) -> list[str]:
    text = _RUN_ON.sub(r"\1, ", _TAIL.sub("", text.strip()))
    parts = (_TAIL.sub("", part).strip(" .;:-–") for part in re.split(r"[,\n;]+|\s-\s", text))
    return [part for part in parts if part]


def _take(part: str, found: dict[str, str]) -> bool:
    """Read one part; whether it was recognised."""
    if (code := _COUNTRIES.get(part.casefold())) and "line1" in found:
        found["country"] = code
        return True
    if _SECOND.search(part) and not part[:1].isdigit() and "line2" not in found:
        found["line2"] = part
        return True
    if "line1" not in found and _STREET.search(part) and not re.fullmatch(r"\d{5}\s.*", part):
        second = _INLINE_SECOND.search(part)
        found["line1"] = part[: second.start()] if second else part
        if second:
            found["line2"] = second.group(1).strip()
        return True
    return _take_place(part, found)


def _take_place(part: str, found: dict[str, str]) -> bool:
    """``Portland OR 97205``, ``OR 97205``, ``12045 Berlin``, ``Oregon``, ``97205``."""
    postcode = _POSTCODE.search(part)
    if postcode and "postcode" not in found and "line1" in found:
        found["postcode"] = postcode.group(1)
        part = f"{part[: postcode.start()]} {part[postcode.end() :]}".strip(" ,")
    elif "line1" not in found or not _region(part):
        return False
    words = part.split()
    if words and (code := _COUNTRIES.get(words[-1].casefold())) and postcode and not _region(words[-1]):
        found["country"] = code
        words = words[:-1]
    region = next((" ".join(words[place:]) for place in range(len(words)) if _region(" ".join(words[place:]))), "")
    if region:
        found["region"] = _region(region)
        words = words[: len(words) - len(region.split())]
    if words and "city" not in found:
        found["city"] = " ".join(words)
    return True


def _region(part: str) -> str:
    plain = part.strip(" .")
    return (
        plain.upper()
        if plain.upper() in _STATES and (plain.isupper() or len(plain) == 2)
        else _STATE_NAMES.get(plain.casefold(), "")
    )


def _take_names(rest: Sequence[str], parts: Sequence[str], found: dict[str, str]) -> None:
    """What is left: before the street a name, behind it the city."""
    street = next((place for place, part in enumerate(parts) if found.get("line1") and part.startswith(found["line1"])), 0)
    before = [part for part in parts[:street] if part in rest]
    behind = [part for part in parts[street + 1 :] if part in rest]
    if before and (name := _NAME.match(before[-1].rsplit(":", 1)[-1].strip())):
        found["name"] = name.group(1)
    if behind and "city" not in found and len(behind[0].split()) <= len("a b c d".split()):
        found["city"] = behind[0]


def country_of(address: str) -> str:
    """The country at the end of an address in one line; empty if there is none."""
    last = address.rsplit(",", 1)[-1].strip()
    return last if re.fullmatch(r"[A-Z]{2}", last) else ""


def missing(address: Mapping[str, str]) -> list[str]:
    """What an address still lacks."""
    return [name for name in FIELDS if not address.get(name)]


def read_rest(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """A part asked for and written alone: a city, a postcode, a country."""
    found = dict(known)
    rest = [part for part in _split(text) if not _take(part, found)]
    if rest and not found.get("city") and "line1" in found and len(rest[0].split()) <= len("a b c d".split()):
        found["city"] = rest[0]
    return {name: value for name, value in found.items() if value and known.get(name) != value}
