"""What people mean by numbers with separators, currencies, percent signs and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from unicodedata import category, normalize

from solver.instance.cells import as_number

Decimals = Literal["point", "comma", "unclear"]
GROUPED = {mark: re.compile(rf"[1-9]\d{{0,2}}({re.escape(mark)}\d{{3}})+") for mark in ",."}
# One separator and three digits after it: 1,250 is read as 1250 in London and as 1.25 in Berlin.
TWO_READINGS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
MAGNITUDES = {"k": 3, "m": 6, "mn": 6, "mio": 6, "mln": 6, "bn": 9, "tsd": 3}
MAGNITUDE = re.compile(rf"(.*\d)\s*({'|'.join(sorted(MAGNITUDES, key=len, reverse=True))})\.?", re.IGNORECASE)
CURRENCY_CODE = re.compile(r"^[A-Za-z]{3}(?=[\s\d.,+-])|(?<=[\s\d.,-])[A-Za-z]{3}$")
CODES = frozenset(
    ("EUR", "USD", "GBP", "CHF", "CNY", "JPY", "SEK", "NOK", "DKK", "PLN", "INR", "BRL", "CAD", "AUD")
)
MINUS = str.maketrans("−–", "--")
BETWEEN_DIGITS = re.compile(r"(?<=\d)['’\s_](?=\d{3}(?!\d))")


def readings(text: str) -> tuple[str, ...]:
    """The numbers that a text may mean, as they should be written: none, one, or two that are in doubt."""
    bare, sign, shift = _undressed(text)
    found = dict.fromkeys(_scaled(candidate, sign, shift) for candidate in _undotted(bare))
    return tuple(found) if all(as_number(number) is not None for number in found) else ()


def decimals(cells: Iterable[str]) -> Decimals:
    """Whether the decimals of these numbers stand after a point or a comma, where that leaves no doubt."""
    with_comma = with_point = in_doubt = False
    for cell in cells:
        text = cell.strip().lstrip("+-")
        if TWO_READINGS.fullmatch(text):
            in_doubt = True
        elif as_number(text) is not None:
            with_point = with_point or not text.isdigit()
        elif as_number(with_decimal_point(text)) is not None:
            with_comma = True
    if with_comma and with_point:
        return "unclear"
    if with_comma:
        return "comma"
    return "unclear" if in_doubt and not with_point else "point"


def with_decimal_point(text: str) -> str:
    """A number with a decimal comma, and perhaps points between thousands, as it is written here."""
    whole, _, rest = text.partition(",")
    digits = whole.lstrip("+-")
    if GROUPED["."].fullmatch(digits):
        whole = whole.replace(".", "")
    return f"{whole}.{rest}" if rest else text


def _undressed(text: str) -> tuple[str, str, int]:
    """A number without signs, currency and magnitude; its sign; and the power of ten it is to be taken by."""
    text, sign, shift = normalize("NFKC", text).translate(MINUS).strip(), "", 0
    if text.startswith("(") and text.endswith(")"):
        text, sign = text[1:-1].strip(), "-"
    text = "".join(c for c in text if category(c) not in ("Sc", "Cf")).strip()
    code = CURRENCY_CODE.search(text)
    if code and code.group().upper() in CODES:
        text = (text[: code.start()] + text[code.end() :]).strip()
    if text.endswith("%"):
        text, shift = text[:-1].strip(), -2
    elif magnitude := MAGNITUDE.fullmatch(text):
        text, shift = magnitude[1], MAGNITUDES[magnitude[2].casefold()]
    if text.startswith(("-", "+")) and not sign:
        sign, text = text[0].strip("+"), text[1:].strip()
    elif text.endswith("-") and not sign:
        sign, text = "-", text[:-1].strip()
    return BETWEEN_DIGITS.sub("", text), sign, shift


def _undotted(text: str) -> list[str]:
    """The text with a decimal point only, in each way its separators can be understood."""
    if TWO_READINGS.fullmatch(text):
        return [text.replace(",", "").replace(".", ""), text.replace(",", ".")]
    for thousands, decimal in ((",", "."), (".", ",")):
        whole, mark, rest = text.rpartition(decimal)
        if mark and GROUPED[thousands].fullmatch(whole) and rest.isdigit():
            return [whole.replace(thousands, "") + "." + rest]
        if GROUPED[thousands].fullmatch(text):
            return [text.replace(thousands, "")]
    return [text.replace(",", ".")]


def _scaled(text: str, sign: str, shift: int) -> str:
    """A plain number times a power of ten, digit by digit, so that 85 % is 0.85 and nothing beside it."""
    from decimal import Decimal, InvalidOperation

    if as_number(text) is None:
        return ""
    if not shift:
        return sign + text
    try:
        return f"{Decimal(sign + text).scaleb(shift).normalize():f}"
    except InvalidOperation:
        return ""
