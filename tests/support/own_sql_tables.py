"""The tables of docs/examples/own_sql_shop.py, filled."""

import sqlite3
from datetime import timedelta, timezone
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CROWD = [f"B-{2000 + number}" for number in range(55)]
WINTER = timezone(timedelta(hours=1))


def filled(place: Path) -> Path:
    """The tables with two customers and one who orders every day."""
    database = sqlite3.connect(place)
    database.executescript((EXAMPLES / "shop.sql").read_text("utf-8"))
    people = [(7, "Anke", "anke@example.com"), (8, "Bert", "bert@example.com"), (9, "Carl", "carl@example.com")]
    database.executemany("INSERT INTO kunden VALUES (?, ?, ?, '2023-04-02', 24000)", people)
    orders = [("B-1001", 7, "2026-11-18 00:15:00"), ("B-1002", 8, "2026-11-17 10:00:00")]
    orders += [(number, 9, f"2026-09-01 {index // 60:02}:{index % 60:02}:00") for index, number in enumerate(CROWD)]
    orders += [("B-1003", 7, "2026-11-19 10:00:00")]
    for number, customer, at in orders:
        address = "Weserstraße 58, 12045, Berlin"
        row = (
            number,
            customer,
            at,
            "2026-11-25 18:00:00",
            "bezahlt" if number == "B-1003" else "versandt",
            "Anke",
            address,
            490,
            0,
            2489,
        )
        database.execute("INSERT INTO bestellungen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        database.execute("INSERT INTO positionen VALUES (?, 'BECHER', 'Becher', 1, 1999)", (number,))
    database.execute("INSERT INTO artikel VALUES ('BECHER', 'becher', 'Becher', 'home', 'Eigen', 'Ein Becher.', 1999, 4)")
    database.execute("INSERT INTO regeln VALUES ('returns', 'Rückgabe', '30 Tage.')")
    database.commit()
    database.close()
    return place
