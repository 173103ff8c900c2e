"""Card numbers and secrets do not get in; what only looks like them does."""

import pytest

from warmline.agent.guard.masking import luhn, mask


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "378282246310005",
        "4111  1111  1111  1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111–1111–1111–1111",
    ],
)
def test_a_card_number_keeps_its_last_four_only(number: str) -> None:
    digits = "".join(char for char in number if char.isdigit())
    assert mask(f"my card is {number}, charge it") == f"my card is [card ending {digits[-4:]}], charge it"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my password is hunter2", "my password is [password removed]"),
        ("Password: Tr0ub4dor&3 ok?", "Password: [password removed] ok?"),
        ("login ann, password for my account is swordfish", "login ann, password for my account is [password removed]"),
        ('the password is "open sesame", try', "the password is [password removed], try"),
        ("pw: pw", "pw: [password removed]"),
        ("pw=abc123 thanks", "pw=[password removed] thanks"),
        ("mi contraseña es Perro2024!", "mi contraseña es [password removed]"),
        ("mon mot de passe est Soleil99", "mon mot de passe est [password removed]"),
        ("mot de passe : chaton", "mot de passe : [password removed]"),
        ("Mein Passwort lautet geheim77", "Mein Passwort lautet [password removed]"),
        ("Passwort: sommer", "Passwort: [password removed]"),
        ("Kennwort für den Shop: Blume#1", "Kennwort für den Shop: [password removed]"),
        ("la mia password è Gatto123", "la mia password è [password removed]"),
        ("minha senha é gato123", "minha senha é [password removed]"),
        ("a palavra-passe é Lisboa22", "a palavra-passe é [password removed]"),
        ("mijn wachtwoord is fiets99", "mijn wachtwoord is [password removed]"),
        ("CVV 123, exp 04/29", "CVV [security code removed], exp 04/29"),
        ("cvc: 9876", "cvc: [security code removed]"),
        ("the security code is 321", "the security code is [security code removed]"),
        ("Prüfnummer 321", "Prüfnummer [security code removed]"),
        ("code de sécurité : 321", "code de sécurité : [security code removed]"),
        ("my verification code is 482 913", "my verification code is [code removed]"),
        ("OTP 4829", "OTP [code removed]"),
        ("Bestätigungscode: 482913", "Bestätigungscode: [code removed]"),
        ("TAN 482913", "TAN [code removed]"),
        ("el código de verificación es 482913", "el código de verificación es [code removed]"),
        ("le code de vérification est 482913", "le code de vérification est [code removed]"),
        ("il codice di verifica è 482913", "il codice di verifica è [code removed]"),
        ("o código de verificação é 482913", "o código de verificação é [code removed]"),
        ("verificatiecode 482913", "verificatiecode [code removed]"),
        ("my PIN is 4829", "my PIN is [PIN removed]"),
        ("SSN 123-45-6789", "SSN [SSN removed]"),
        ("my social security number is 123 45 6789.", "my social security number is [SSN removed]."),
        ("IBAN DE89 3704 0044 0532 0130 00 and my name", "IBAN [IBAN ending 3000] and my name"),
        ("pay to gb29nwbk60161331926819", "pay to [IBAN ending 6819]"),
        ("FR14 2004 1010 0505 0001 3M02 606.", "[IBAN ending 2606]."),
        ("NL91ABNA0417164300, please", "[IBAN ending 4300], please"),
        ("key sk-proj-abcdEFGH1234ijklMNOP5678qrst", "key [key removed]"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[key removed]"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[key removed]"),
        ("AKIAIOSFODNN7EXAMPLE is the key", "[key removed] is the key"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN", "token [key removed]"),
    ],
)
def test_a_secret_said_as_such_is_removed_and_the_rest_stays_readable(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "tracking 1234567890123456", "1Z999AA10123456784", "order 10432", "tracking 9205590164917316", "call 0049 151 23456789",
        "order W-10432, item HP-CREW-NVY-M, in tan 38", "my password is not working", "My password is wrong.", "the password is incorrect",
        "my password was rejected again", "password reset please", "I forgot my password. Order W-10432", "Password: not accepted",
        "mi contraseña no funciona", "mi contraseña es incorrecta", "mon mot de passe est expiré", "Mein Passwort ist falsch", "mein Passwort ist abgelaufen",
        "la mia password è scaduta", "minha senha está errada", "mijn wachtwoord is vergeten", "Mijn wachtwoord is veranderd.", "la password è cambiata.",
        "Mein Passwort ist geändert.", "promo code SAVE10", "my code 12345678 gives 10 % off",
        "postcode 04101", "postal code: 12045", "discount code 482913", "PIN code 560001", "phone +1 207 555 0142", "my number is 123-45-6789",
        "SKU sk-lamp-black-large-40", "DE89 3704 0044 0532 0130 02", "tracking DE89370400440532013001", "AP44367894US", "GB29 is the size",
        "XX82 1234 5678 9012 3457", "pin the label on it: 1234", "the security code sticker is missing, order 10432", "return R-50001, exchange X-50002",
        "art. 4006381333931", "a TAN coloured coat, 4 of them", "ship to 12 Cedar Street, 04101 Portland",
    ],
)  # fmt: skip
def test_numbers_and_words_that_only_look_alike_stay(text: str) -> None:
    assert mask(text) == text


def test_the_check_digit_is_computed_as_the_standard_says() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")
