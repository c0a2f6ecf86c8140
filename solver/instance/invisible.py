"""Characters that nobody sees and that still make two texts differ: found, named, taken out."""

from __future__ import annotations

from unicodedata import category, name, normalize

BLANK_MARK = "␠"
WIDE_BLANK = "\u3000"
# Letters and marks that are drawn as nothing, although their category is one of visible characters.
DRAWN_AS_NOTHING = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0\ufffe\uffff"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))
JOINERS = "\u200c\u200d"
NO_JOINERS = dict.fromkeys(map(ord, JOINERS))
# Arabic to Myanmar: scripts in which a joiner changes how the letters beside it are drawn.
JOINED_SCRIPTS = range(0x0600, 0x10A0)
SHORT_NAMES = {"\t": "tab", "\n": "line break", "\r": "line break"}


def is_clean(text: str) -> bool:
    """Whether a text has no blanks at its ends and nothing that is not seen."""
    if text.isascii():
        return text.isprintable() and text == text.strip()
    return cleaned(text) == text


def cleaned(text: str) -> str:
    """The text without blanks at its ends and without what is not seen; odd blanks become plain ones."""
    if text.isprintable() and (text.isascii() or DRAWN_AS_NOTHING.isdisjoint(text)):
        return text.strip()
    seen = (_seen(text, position) for position in range(len(text)))
    return "".join(seen).strip()


def visible(text: str) -> str:
    """The text with everything that nobody sees shown: `North␠`, `No⟨U+200B zero width space⟩rth`."""
    inner = text.strip(" ")
    start = len(text) - len(text.lstrip(" "))
    shown = "".join(
        character if _seen(text, start + position) == character else f"⟨{_named(character)}⟩"
        for position, character in enumerate(inner)
    )
    return BLANK_MARK * start + shown + BLANK_MARK * (len(text) - start - len(inner))


def objection(text: str) -> str:
    """What would be right instead of a text with something unseen; empty where there is nothing."""
    if is_clean(text):
        return ""
    hidden = sorted({_named(c) for position, c in enumerate(text) if _seen(text, position) != c})
    ends = [("start", text != text.lstrip(" ")), ("end", text != text.rstrip(" "))]
    blanks = [f"the blank at its {end}" for end, is_blank in ends if is_blank]
    return f"the same without {' and without '.join([*blanks, *hidden])}"


def look(text: str) -> str:
    """What a text looks like at a glance: without case, width, composition, blanks beside blanks."""
    plain = text
    if not (text.isascii() and text.isprintable()):
        plain = cleaned(normalize("NFKC", text)).translate(NO_JOINERS)
    return " ".join(plain.casefold().split())


def _seen(text: str, position: int) -> str:
    """What is seen of one character of a text."""
    character = text[position]
    if character.isascii() and character.isprintable():
        return character
    if character in DRAWN_AS_NOTHING:
        return character if _chooses_a_picture(text, position) else ""
    kind = category(character)
    if kind not in UNSEEN or character == WIDE_BLANK:
        return character
    if character in JOINERS and _joins(text, position):
        return character
    return " " if kind.startswith("Z") or character in "\t\n\r" else ""


def _joins(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    scripts = bool(before and after) and all(ord(side) in JOINED_SCRIPTS for side in (before, after))
    return scripts or before == "\ufe0f" or (bool(before) and category(before) in ("So", "Sk"))


def _chooses_a_picture(text: str, position: int) -> bool:
    before = text[position - 1 : position]
    return "\ufe0e" <= text[position] <= "\ufe0f" and bool(before) and category(before) == "So"


def _named(character: str) -> str:
    if character in SHORT_NAMES:
        return SHORT_NAMES[character]
    return f"U+{ord(character):04X} {name(character, 'control character').lower()}"
