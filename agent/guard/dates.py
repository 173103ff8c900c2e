"""Dates as people write them, in the seven languages: by month, by numbers, by weekday, as tomorrow, as a number of days."""

import re
from datetime import date

from .figures import COUNT, from_words

_NAMES = """
    january januar janvier enero gennaio janeiro januari; february februar février febrero febbraio fevereiro februari;
    march märz mars marzo março maart; april avril abril aprile; may mai mayo maggio maio mei; june juni juin junio giugno junho;
    july juli juillet julio luglio julho; august août agosto augustus; september septembre septiembre settembre setembro;
    october oktober octobre octubre ottobre outubro; november novembre noviembre novembro;
    december dezember décembre diciembre dicembre dezembro
"""
_SHORT = "jan janv ene; feb févr fev; mar mrt; apr avr abr; ; jun; jul juil; aug; sep sept; oct okt; nov; dec dez déc dic"
_ENGLISH = "January February March April May June July August September October November December".split()
_MONTHS = {
    name: number for names in (_NAMES, _SHORT) for number, group in enumerate(names.split(";"), 1) for name in group.split()
}
_DAYS = """
    monday montag lundi lunes lunedì maandag segunda-feira; tuesday dienstag mardi martes martedì dinsdag terça-feira;
    wednesday mittwoch mercredi miércoles mercoledì woensdag quarta-feira; thursday donnerstag jeudi jueves giovedì donderdag quinta-feira;
    friday freitag vendredi viernes venerdì vrijdag sexta-feira; saturday samstag samedi sábado sabato zaterdag;
    sunday sonntag dimanche domingo domenica zondag
"""
_WEEKDAYS = {name: number for number, group in enumerate(_DAYS.split(";")) for name in group.split()}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_FIRST = "|".join(
    [
        *(f"(?-i:{name})" if name == "May" else name for name in _ENGLISH),
        *(name[:3] for name in _ENGLISH if name != "May"),
        "sept",
    ]
)
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})"
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|°|\.)?"
_BY = r"\b(?:on|by|until|till|before|after|since|from|due|expected|estimate|arrives?|arriving|delivered|am|bis|le|el|il|op|em):? (?:the )?"
_UNIT = (
    r"(?:days?|tage?n?|jours?|d[ií]as?|giorn[oi]|dag(?:en)?|(?P<week>weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken)"
    r"|(?P<working>(?:werk|arbeits)tage?n?|werkdag(?:en)?)|(?P<hours>hours?|stunden|heures|horas|ore|uur))"
)
DATES = tuple(
    (re.compile(pattern, re.IGNORECASE), pieces)
    for pattern, pieces in (
        (r"\b(?P<iso>\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?", ("-",)),
        (
            rf"\b{_DAY}{_ORDINAL}[ \u00a0](?:of |de |d'|di )?(?-i:(?!may\s+[a-z]))(?P<month>{_MONTH})\b\.?,?(?: (?:de |del )?{_YEAR})?",
            (" ", "\u00a0"),
        ),
        (rf"\b(?P<month>{_MONTH_FIRST})\.? {_DAY}(?:st|nd|rd|th)?\b(?:,? {_YEAR})?", ()),
        (rf"\b{_YEAR}[/.](?P<month>\d{{1,2}})[/.]{_DAY}\b(?![/.]\d)", ("/", ".")),
        (rf"\b(?P<first>\d{{1,2}})([/.-])(?P<second>\d{{1,2}})\2{_YEAR}\b", ("/", ".", "-")),
        (r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<short>\d{2})\b(?!/)", ("/",)),
        (rf"{_BY}(?P<first>\d{{1,2}})\.(?P<second>\d{{1,2}})\.(?!\d)", (".",)),
        (rf"{_BY}(?!24/7)(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})\b(?![/\d])", ("/",)),
        (
            rf"\b(?:on|by|until|till|before|after|since|from|for|day|is) the {_DAY}(?:st|nd|rd|th)\b(?! (?!(?:and|or|at|instead|if|but|as)\b)\w)",
            (" the ",),
        ),
        (rf"\bthe {_DAY}(?:st|nd|rd|th)(?=[.,;!?]|$)", ("the ",)),
    )
)  # fmt: skip
"""Ways to write a date, none without a digit, each with pieces of text of which it holds one; the groups are read by ``days_of``."""

_AHEAD = re.compile(
    r"\b(?:in|within|another|next|sous|dans|en|dentro de|tra|fra|entro|em|binnen|over)\s(?:the\s)?(?:about\s|around\s|just\s|next\s|only\s)?$",
    re.IGNORECASE,
)
_NEAR = 30
"""Characters before a span in which its direction stands."""
UNITS = tuple("day tag jour dia día giorn dag week woche semaine semana settiman weken hour stunde heure hora ore uur".split())
"""Pieces of text of which a span of time holds one."""

LONGEST = 10_000
"""Days beyond which a number of days is no promise of anything."""

WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
TOMORROW = re.compile(
    r"\b(?P<two>(?:the )?day after tomorrow|übermorgen|après-demain|pasado mañana|dopodomani|depois de amanhã|overmorgen)\b"
    r"|\b(?:tomorrow|demain|domani|amanhã|(?<!la )(?<!esta )mañana|(?-i:(?<!de )(?<!guten )morgen))\b",
    re.IGNORECASE,
)
SPAN = re.compile(
    rf"(?<![\w.,$€£#])(?P<count>{COUNT})(?=(?:\s?(?:-|–|—|to|or|and|bis|oder|à|a|ou|o|e|tot)\s?(?:{COUNT}))?[\s-]"
    rf"(?:(?P<business>(?:business|working)[\s-])|(?:calendar|full|more|whole)[\s-])*{_UNIT}\b(?! a (?:week|day))(?P<ago> ago\b)?)",
    re.IGNORECASE,
)


def days_of(match: re.Match[str]) -> list[str]:
    """What a match of ``DATES`` may mean: ``2026-11-28``, ``11-28`` without a year, ``-28`` for a day alone; empty if no such day."""
    parts = match.groupdict()
    if iso := parts.get("iso"):
        year, month, day = map(int, iso.split("-"))
        return _days(year, (month, day))
    year = int(parts.get("year") or (f"20{short}" if (short := parts.get("short")) else 0))
    if "month" not in parts and (alone := parts.get("day")):
        return [f"-{int(alone):02d}"] if _exists(0, 1, int(alone)) else []
    if first := parts.get("first"):
        one, other = int(first), int(parts["second"] or 0)
        return _days(year, *dict.fromkeys([(one, other), (other, one)]))
    written = (parts["month"] or "").casefold()
    return _days(year, (int(written) if written.isdigit() else _MONTHS[written], int(parts["day"] or 0)))


def weekday_of(words: str) -> str:
    """``monday`` for "Montag"."""
    return f"{date(2024, 1, 1 + _WEEKDAYS[words.casefold()]):%A}".casefold()


def span_of(match: re.Match[str]) -> str | None:
    """The days of a match of ``SPAN``: ``14`` for "two weeks", ``2`` for "48 hours"; ``None`` for less than whole days."""
    count = from_words(match["count"])
    hours = (count or 0) * (7 * 24 if match["week"] else 1 if match["hours"] else 24)
    return str(hours // 24) if hours % 24 == 0 and 0 < hours < LONGEST * 24 else None


def direction_of(match: re.Match[str]) -> str:
    """Which way a span counts from today: ``+`` ("in 3 days"), ``-`` ("3 days ago"), either (empty); ``=`` for working days: not."""
    if match["business"] or match["working"]:
        return "="
    if match["ago"]:
        return "-"
    return "+" if _AHEAD.search(match.string[max(match.start() - _NEAR, 0) : match.start()]) else ""


def _days(year: int, *readings: tuple[int, int]) -> list[str]:
    return [
        f"{year:04d}-{month:02d}-{day:02d}" if year else f"{month:02d}-{day:02d}"
        for month, day in readings
        if _exists(year, month, day)
    ]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True
