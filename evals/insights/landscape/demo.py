"""Half a year of tickets of the demo shop: the messages are those of fixtures/corpus, written by hand; when they came and what they took is made up.

The same tickets every time. The guard learned from these very messages, so it reads them better than it would read yours.
"""

import csv
import math
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from warmline.fixtures import packaged, read_lines

FIRST, LAST = date(2026, 5, 1), date(2026, 10, 31)
ZONE = "America/New_York"
"""The demo shop's."""

NAME = "demo-tickets.csv"
_SEED = 20260501
_HEAD = (
    "Ticket ID",
    "Created at",
    "Channel",
    "Description",
    "First reply time in minutes",
    "Full resolution time in minutes",
    "Handle time (min)",
    "Reopens",
)

_MADE_UP = {  # of a thousand tickets, median minutes of a person's time, share reopened, median hours to a first reply
    "order_status": (250, 4.0, 0.05, 3.5),
    "return_start": (120, 8.0, 0.07, 5.0),
    "product_basic": (80, 4.5, 0.03, 5.0),
    "stock_check": (70, 3.0, 0.02, 4.0),
    "shop_policy": (65, 3.5, 0.03, 5.0),
    "exchange_start": (60, 12.0, 0.19, 6.0),
    "return_policy": (45, 3.5, 0.04, 4.0),
    "order_change": (45, 6.0, 0.08, 2.5),
    "product_care": (20, 5.0, 0.02, 8.0),
    "back_in_stock_signup": (15, 2.0, 0.01, 6.0),
    "smalltalk": (15, 1.0, 0.01, 4.0),
    "complex_product": (40, 11.0, 0.06, 9.0),
    "dispute": (35, 19.0, 0.24, 7.0),
    "angry": (30, 15.0, 0.22, 4.0),
    "emotional": (15, 17.0, 0.06, 3.0),
    "human_request": (15, 9.0, 0.1, 3.0),
    "security": (8, 18.0, 0.1, 2.0),
    "safety": (6, 21.0, 0.08, 1.5),
    "legal_threat": (5, 32.0, 0.3, 3.0),
    "unsure": (115, 8.0, 0.08, 9.0),
}  # fmt: skip
_TICKETS = 2600
_WEEKDAYS = (1.3, 1.15, 1.05, 1.0, 1.0, 0.75, 0.8)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 11, 14, 15, 14, 13, 13, 13, 12, 11, 10, 10, 12, 13, 11, 8, 4)
_STRIKE = (date(2026, 9, 14), date(2026, 9, 25))
"""Ten working days of a carrier's strike, in which customers ask where their parcels are."""


def write_demo(path: Path) -> None:
    """Write the tickets as a CSV file such as a help desk exports; a file that holds them already is left alone."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    writer.writerows(_rows())
    if not path.exists() or path.read_bytes() != text.getvalue().encode():
        path.write_bytes(text.getvalue().encode())


def _rows() -> Iterator[tuple[object, ...]]:
    chance = random.Random(_SEED)  # noqa: S311 (a draw that anyone can repeat)
    asked = sorted(_asked(chance))
    for number, (moment, reason, text) in enumerate(asked, 40_001):
        _, minutes, reopened, hours = _MADE_UP[reason]
        first = hours * 60 * math.exp(chance.gauss(0, 0.8)) * (2.2 if moment.weekday() >= 5 else 1.0)
        handle = minutes * math.exp(chance.gauss(0, 0.55))
        resolution = first + handle + 60 * math.exp(chance.gauss(1.2, 1.1))
        channel = chance.choices(("email", "chat", "form"), (6, 3, 1))[0]
        back = int(chance.random() < reopened)
        yield number, f"{moment:%Y-%m-%d %H:%M:%S} UTC", channel, text, f"{first:.0f}", f"{resolution:.0f}", f"{handle:.1f}", back


def _asked(chance: random.Random) -> Iterator[tuple[datetime, str, str]]:
    """When somebody asked what; no message twice."""
    said = _messages()
    days = [FIRST + timedelta(days=place) for place in range((LAST - FIRST).days + 1)]
    growth = [_WEEKDAYS[day.weekday()] * (0.85 + 0.3 * place / len(days)) for place, day in enumerate(days)]
    late = [weight * (2.6 if _STRIKE[0] <= day <= _STRIKE[1] else 1.0) for weight, day in zip(growth, days, strict=True)]
    for reason, (share, *_) in _MADE_UP.items():
        texts = chance.sample(said[reason], min(len(said[reason]), _TICKETS * share // 1000))
        weights = late if reason in ("order_status", "angry") else growth
        for text, day in zip(texts, chance.choices(days, weights, k=len(texts)), strict=True):
            hour = chance.choices(range(24), _HOURS)[0]
            local = datetime(
                day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=ZoneInfo(ZONE)
            )
            yield local.astimezone(UTC), reason, text


def _messages() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(packaged("corpus").joinpath("train").iterdir(), key=lambda one: one.name):
        for line in read_lines(file):
            if line.value.get("lang") == "en":
                found[str(line.value["reason"])].append(str(line.value["text"]))
    return found
