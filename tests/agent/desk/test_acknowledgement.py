"""What a customer reads when a person takes over: in their language, warm or neutral as the reason asks, and true."""

import re

import pytest

from warmline.agent.desk.acknowledgement import acknowledgement, file_for
from warmline.agent.guard.decision import HUMAN_REASONS, Acknowledgement, Decision, Priority
from warmline.agent.guard.language import LANGUAGES
from warmline.prompts import placeholders, sections

CASE = "K-7F3QXM"
SAID = [
    name
    for name in sections("desk")
    if name.startswith(("ack_", "when_", "csat_")) or name in ("ask_contact", "weekdays", "months")
]
STOP_USING = {
    "en": "stop using",
    "es": "deje de usar",
    "fr": "n'utilisez plus",
    "de": "nicht weiter",
    "it": "non usi più",
    "pt": "deixe de usar",
    "nl": "niet meer",
}
EMERGENCY = {
    "en": "emergency number",
    "es": "número de emergencias",
    "fr": "numéro d'urgence",
    "de": "Notruf",
    "it": "numero di emergenza",
    "pt": "número de emergência",
    "nl": "alarmnummer",
}
PERSON = {
    "en": "person",
    "es": "persona",
    "fr": "personne",
    "de": "Menschen",
    "it": "persona",
    "pt": "pessoa",
    "nl": "iemand van ons team",
}
SORRY = re.compile(
    r"\b(sorry|apolog|lo siento|disculp|désolé|excus|leid|entschuldig|dispiace|scus|lamento|desculp|spijt)", re.IGNORECASE
)


def decision(reason: str = "unsure", *, words: Acknowledgement = "", priority: Priority = "normal") -> Decision:
    return Decision(route="human", reason=reason, rule="r", layer="policy", score=1.0, acknowledgement=words, priority=priority)


def text(reason: str = "unsure", language: str | None = "en", *, words: Acknowledgement = "", ask_contact: bool = False) -> str:
    return acknowledgement(decision(reason, words=words), case_id=CASE, language=language, ask_contact=ask_contact)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sections_with_the_same_placeholders(language: str) -> None:
    file = file_for(language)
    assert [name for name in sections(file) if name in SAID] == SAID
    assert language == "en" or list(sections(file)) == SAID
    assert {name: placeholders(file, name) for name in SAID} == {name: placeholders("desk", name) for name in SAID}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", HUMAN_REASONS)
def test_the_customer_reads_the_case_and_when_in_their_language(reason: str, language: str) -> None:
    said = text(reason, language)
    assert CASE in said
    assert sections(file_for(language))["when_normal"] in said
    assert language == "en" or said != text(reason, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_safety_says_to_stop_using_it_and_self_harm_names_a_person_and_the_emergency_number(language: str) -> None:
    assert STOP_USING[language] in text("safety", language)
    assert EMERGENCY[language] in text("safety", language)
    assert EMERGENCY[language] in text("self_harm", language)
    assert PERSON[language] in text("self_harm", language)
    assert language == "en" or not re.search(r"\d", text("self_harm", language).replace(CASE, ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_our_own_failure_is_apologised_for_and_a_threat_is_not_answered_with_an_admission(language: str) -> None:
    assert [reason for reason in HUMAN_REASONS if SORRY.search(text(reason, language))] == ["system_failure"]
    assert "!" not in text("legal_threat", language)


@pytest.mark.parametrize("language", [None, "xx", "en"])
def test_an_unknown_language_is_answered_in_english(language: str | None) -> None:
    assert text(language=language) == text(language="en")


def test_what_is_urgent_says_so_and_the_way_to_be_reached_is_asked_in_the_same_language() -> None:
    urgent = acknowledgement(decision(priority="urgent"), case_id=CASE, language="nl", ask_contact=True)
    assert sections("desk_nl")["when_urgent"] in urgent
    assert urgent.endswith(sections("desk_nl")["ask_contact"])


def test_a_policy_may_choose_another_section_or_the_shops_own_words() -> None:
    assert text("unsure", "de", words="ack_high_value") == text("high_value", "de")
    own = {"en": "Hi, {case}.", "de": "Moin, {case}, {when}."}
    assert text(language="de", words=own) == f"Moin, {CASE}, sobald jemand frei ist."
    assert text(language="fr", words=own, ask_contact=True).startswith(f"Hi, {CASE}.\n\nIf you would")
    assert text(language="fr", words={"it": "Ciao {case}"}, ask_contact=True).startswith(f"Ciao {CASE}\n\nSe preferisce")
