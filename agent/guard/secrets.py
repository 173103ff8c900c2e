"""Secrets by the words that introduce them, in the seven languages, or by the shape their issuer gives them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_IS = r"(?:\s*[:=]\s*|\s+(?:is|was|es|est|ist|lautet|war|era|è|é|was|=|:)\s+:?\s*)"
_IS_OR_NOTHING = rf"(?:{_IS}|\s*#\s*|\s+)"
_FOR = r"(?:\s+(?:for|to|on|für|zu|zum|bei|de|del|della|di|do|da|pour|sur|para|per|voor|van|op)\s[^\n.:=?!]{1,30}?)?"


@dataclass(frozen=True)
class Secret:
    """One kind of secret: its pattern, whose group ``secret`` is covered, and the word left in its place."""

    name: str
    pattern: re.Pattern[str]

    def cover(self, match: re.Match[str]) -> str:
        """The matched text with the secret itself replaced, unless the words after the label are plainly none."""
        secret, before = match["secret"], match.string[match.start() : match.start("secret")]
        told = _is_password(secret, before) if self.name == "password" else self.name != "key" or _is_key(secret)
        return f"{before}[{self.name} removed]" if told else match.group()


_LABELS = (
    r"pass ?words?|passcode|passphrase|pwd|pw|contraseña|contrasena|clave de acceso|mot de passe|mdp|passwort|kennwort"
    r"|parola d['’]ordine|palavra-passe|senha|wachtwoord"
)
_CARD_CODE = (
    r"cvv2?|cvc2?|cvn|csc|card verification (?:code|number|value)|security code|kartenprüfnummer|kartenprüfziffer|prüfnummer|sicherheitscode"
    r"|code de sécurité|cryptogramme(?: visuel)?|código de seguridad|codice di sicurezza|código de segurança|beveiligingscode"
)
_ONE_TIME = (
    r"(?:one[- ]time|verification|authentication|auth|log-?in|sign-?in|sms|2fa|confirmation sms) (?:pass ?)?code|one[- ]time (?:password|pin)|otp(?: code)?"
    r"|código de (?:verificación|un solo uso|acceso)|code (?:de vérification|à usage unique|sms)|verifizierungscode|bestätigungscode|einmalcode"
    r"|einmalpasswort|sms-code|codice (?:di verifica|otp|monouso)|código de (?:verificação|uso único)|verificatiecode|eenmalige code|(?-i:m?TAN)"
)
_KEYS = (
    r"sk-[\w-]{20,}",
    r"(?:sk|pk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}",
    r"(?:AKIA|ASIA)[0-9A-Z]{16}",
    r"AIza[\w-]{35}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"(?:hf|npm)_[A-Za-z0-9]{30,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
)


def _labelled(label: str, between: str, value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{label}){between}(?P<secret>{value})", re.IGNORECASE)


SECRETS = (
    Secret("password", _labelled(_LABELS, rf"{_FOR}{_IS}", r"\"[^\"\n]+\"|'[^'\n]+'|“[^”\n]+”|«[^»\n]+»|[^\s\[]\S*")),
    Secret("security code", _labelled(_CARD_CODE, _IS_OR_NOTHING, r"\d{3,4}(?!\d|[.,]\d)")),
    Secret("code", _labelled(_ONE_TIME, rf"{_FOR}{_IS_OR_NOTHING}", r"\d{3,4}[ -]?\d{1,4}(?!\d|[.,]\d)")),
    Secret("PIN", _labelled(r"(?-i:PIN)(?:[- ]?code)?|geheimzahl|pincode", _IS, r"\d{4}(?!\d)")),
    Secret("SSN", _labelled(r"ssn|social security(?: number| no\.?)?", _IS_OR_NOTHING, r"\d{3}[- ]?\d{2}[- ]?\d{4}(?!\d)")),
    Secret("key", re.compile(rf"(?<![\w-])(?P<secret>{'|'.join(_KEYS)})(?![\w-])")),
)
"""In the order they are looked for. One-time and security codes are digits; the prefixes of keys are their issuers'."""

_NO_LABELS = frozenset(
    """
    not no still being always again never too so very the a an that this what my your it in on of for and or but if is was wrong incorrect
    expired weak invalid lost forgotten rejected unknown missing old new correct right fine changed reset required needed compromised
    how where when why can could would please help wie wo wann warum comment pourquoi cómo come como hoe waarom
    none null here there below above same different ok okay gone
    incorrecta incorrecto caducada inválida mal no muy la el una olvidada perdida correcta
    incorrect expiré invalide perdu oublié faux pas le la un refusé
    falsch abgelaufen ungültig vergessen nicht weg zu das der die ein eine verloren richtig
    sbagliata scaduta errata non la una persa dimenticata corretta
    errada incorreta expirada inválida não a uma perdida esquecida
    verkeerd verlopen onjuist ongeldig vergeten niet het de een kwijt
    """.split()
)
_DONE = re.compile(r"^(?:ge|ver)\w+(?:d|t|en)$|(?:ato|ata|uto|uta|ito|ita|ed|ing|less|able|ible|ado|ada|ido|ida|iert|né|ée)$")
_LEAST = 6


def _is_password(value: str, before: str) -> bool:
    """Whether what follows the label is a password and not a remark about one ("my password is wrong", "password: not working")."""
    word = value.rstrip(".,;:!?)").casefold()
    if word in _NO_LABELS or not word:
        return False
    if not word.isalpha() or before.rstrip().endswith((":", "=")):
        return True
    return len(word) >= _LEAST and not _DONE.search(word)


def _is_key(value: str) -> bool:
    """Whether a key with a short prefix has an issuer's long run of signs; an SKU such as ``sk-lamp-black-large-40`` has not."""
    return not value.startswith("sk-") or (re.search(r"[A-Za-z0-9]{16,}", value) is not None and any(map(str.isdigit, value)))


_IBAN_LENGTHS: Mapping[str, int] = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "BR": 29,
}  # fmt: skip
"""Signs of an IBAN by country (ISO 13616; SWIFT's IBAN registry)."""


def account(text: str) -> str | None:
    """The IBAN a text starts with, without spaces; ``None`` if its length or its check digits (ISO 7064, MOD 97-10) do not fit."""
    signs = "".join(char for char in text.upper() if char.isalnum())
    number = signs[: _IBAN_LENGTHS.get(signs[:2], 0)]
    if not number or len(number) != _IBAN_LENGTHS[signs[:2]]:
        return None
    return number if int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1 else None
