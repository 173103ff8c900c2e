"""What a policy says of the desk: hours, service levels, people; every mistake with its place."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from warmline.agent.desk.hours import MIDNIGHT, public_holidays
from warmline.agent.desk.service_levels import Level
from warmline.agent.desk.terms import Person, Terms
from warmline.agent.guard.findings import PolicyError
from warmline.agent.guard.policy import Policy
from warmline.agent.guard.policy_file import examine_policy, read_policy

HEAD = """version: 1
queues:
  unsure: {queue: care}
  safety: {queue: safety, priority: urgent}
rules:
  - {id: loop, when: signals.loop, route: human, reason: unsure}
  - {id: danger, when: signals.rule_reason == "safety", route: human, reason: safety}
  - {id: automate, when: "true", route: automate, reason: from_signals}
"""
HOURS = """hours:
  zone: Europe/Berlin
  open:
    mon-thu: ["09:00-12:00", "13:00-18:00"]
    fri: 09:00-24:00
  holidays: {country: DE, region: BE, also: [2026-12-24], open: [2026-05-01]}
  queues:
    safety: always
"""
LEVELS = """service_levels:
  care:
    any: {first_response: 4h, next_response: 8h, resolution: 3d}
    urgent: {first_response: 30m}
"""
PEOPLE = """people:
  ana: {queues: [care], capacity: 5}
  ben: {}
"""
DESK = """desk: {claims_lapse: 1h, reopen_within: 7d, ask_after: 1d, never_ask: [self_harm]}
"""


def terms(*sections: str) -> Terms:
    return read_policy("p.yaml", HEAD + "".join(sections)).terms


def test_a_policy_that_says_nothing_of_the_desk_promises_nothing_and_everybody_serves_everything() -> None:
    said = terms()
    assert said == Terms()
    assert said.person("whoever") == Person(queues=None, capacity=20)
    assert not Policy.load().terms.levels.told


def test_hours_levels_people_and_times_are_read() -> None:
    said = terms(HOURS, LEVELS, PEOPLE, DESK)
    hours = said.levels.hours
    assert hours.zone == ZoneInfo("Europe/Berlin")
    assert hours.week[0] == hours.week[3] == ((540, 720), (780, 1080))
    assert (hours.week[4], hours.week[5]) == (((540, MIDNIGHT),), ())
    assert date(2026, 12, 24) in hours.holidays
    assert date(2026, 12, 25) in hours.holidays
    assert date(2026, 5, 1) not in hours.holidays
    assert said.levels.hours_of("safety").between is not None
    assert said.levels.hours_of("safety").week[6] == ((0, MIDNIGHT),)
    assert said.levels.told
    assert said.levels.level("care", "urgent") == Level(timedelta(minutes=30), timedelta(hours=8), timedelta(days=3))
    assert said.levels.level("safety", "high") == Level()
    assert (said.person("ana"), said.person("ben")) == (Person(frozenset({"care"}), 5), Person())
    assert (said.claim, said.reopen, said.never_ask) == (timedelta(hours=1), timedelta(days=7), frozenset({"self_harm"}))


def test_who_works_when_is_no_part_of_what_decides() -> None:
    plain, full = (read_policy("p.yaml", text) for text in (HEAD, HEAD + HOURS + LEVELS + PEOPLE + DESK))
    assert plain.stamp == full.stamp


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (HOURS.replace("Europe/Berlin", "Europe/Berlim"), "line 10, column 9: unknown time zone 'Europe/Berlim'"),
        (HOURS.replace("  zone: Europe/Berlin\n", ""), "the hours have no 'zone'"),
        (HOURS.replace("mon-thu", "mon-thursday"), "unknown day 'mon-thursday': expected mon, tue"),
        (HOURS.replace("mon-thu", "thu-mon"), "'thu-mon' runs backwards"),
        (HOURS.replace("fri: 09", "thu: 09"), "thu stands here twice"),
        (
            HOURS.replace("09:00-24:00", "09:00-25:00"),
            "expected hours such as 09:00-17:00, from and to, at most 24:00, got '09:00-25:00'",
        ),
        (HOURS.replace("13:00-18:00", "11:00-18:00"), "in order, without overlap"),
        (HOURS.replace("country: DE", "country: XX"), "no public holidays are known for 'XX'"),
        (HOURS.replace("region: BE", "region: QQ"), "no public holidays are known for 'QQ'"),
        (HOURS.replace("2026-12-24", "christmas"), "expected a date such as 2026-12-24, got 'christmas'"),
        (HOURS.replace("safety: always", "sefety: always"), "line 16, column 5: unknown queue 'sefety': did you mean 'safety'?"),
        ("hours: {zone: UTC, open: {}}\n", "nobody is ever there"),
        (LEVELS.replace("care:", "carr:"), "unknown queue 'carr': did you mean 'care'?"),
        (LEVELS.replace("urgent:", "urgnt:"), "unknown priority 'urgnt': did you mean 'urgent'?"),
        (LEVELS.replace("resolution", "resolve"), "unknown key 'resolve': did you mean 'resolution'?"),
        (
            LEVELS.replace("4h", "4 hours"),
            "expected a duration such as 15m, 4h or 1d, at most 365d, got '4 hours': did you mean '4h'?",
        ),
        (PEOPLE.replace("[care]", "[cares]"), "unknown value 'cares': did you mean 'care'?"),
        (PEOPLE.replace("capacity: 5", "capacity: 0"), "expected a whole number such as 1, got 0"),
        (DESK.replace("claims_lapse", "claims_laps"), "unknown key 'claims_laps': did you mean 'claims_lapse'?"),
        (DESK.replace("[self_harm]", "[selfharm]"), "unknown value 'selfharm': did you mean 'self_harm'?"),
    ],
)
def test_a_mistake_is_named_with_its_place(section: str, said: str) -> None:
    examined = examine_policy("p.yaml", HEAD + section)
    assert examined.policy is None
    assert [str(one) for one in examined.findings.mistakes if said in str(one)], examined.findings.mistakes
    with pytest.raises(PolicyError):
        read_policy("p.yaml", HEAD + section)


def test_without_the_package_for_holidays_the_policy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    gone: Any = None
    monkeypatch.setitem(sys.modules, "holidays", gone)
    public_holidays.cache_clear()
    mistakes = examine_policy("p.yaml", HEAD + HOURS).findings.mistakes
    assert "pip install 'warmline[desk]'" in str(mistakes[0])
    without = HOURS.replace("country: DE, region: BE, ", "")
    assert examine_policy("p.yaml", HEAD + without).policy is not None
