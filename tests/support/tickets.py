"""Small exports of tickets for the tests of the landscape."""

import csv
from pathlib import Path

HEAD = ("Ticket ID", "Requester", "Description", "Created at", "Handle time (min)", "First reply time in minutes", "Reopens")
ASKED = (
    "Where is my order {}?",
    "When does parcel {} arrive, please?",
    "Has order {} been sent yet?",
)


def an_export(path: Path, *, orders: int = 40, extra: tuple[str, ...] = (), head: tuple[str, ...] = HEAD) -> Path:
    """A CSV file: questions where an order is, from Monday the 2nd of March 2026 on, each ten minutes of a person's time; and ``extra``."""
    words = [ASKED[number % len(ASKED)].format(f"W-{10_000 + number}") for number in range(orders)] + list(extra)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        for number, text in enumerate(words):
            day, hour = 2 + number % 14, 9 + number % 3
            row = (number, "Ada Miller", text, f"2026-03-{day:02} {hour:02}:00:00", "10", "60", int(number % 10 == 0))
            writer.writerow(row[: len(head)])
    return path
