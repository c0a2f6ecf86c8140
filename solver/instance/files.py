"""Text files as planners' computers make them: encodings, sizes, and what to say when they are off."""

from __future__ import annotations

from pathlib import Path

from solver.instance.defects import Defect, Findings

MOST_BYTES = 200_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def text_of(path: Path, findings: Findings) -> str | None:
    """The text of a UTF-8 file, or of UTF-16 with a byte order mark; None after adding to the findings."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            text = f"a file of at most {MOST_BYTES // 1_000_000} MB, not {size // 1_000_000} MB"
            findings.add(Defect(path.name, text))
            return None
        content = path.read_bytes()
    except OSError as error:
        findings.add(Defect(path.name, f"a file that can be read ({error.strerror or error})"))
        return None
    if content.startswith(UTF16_MARKS):
        return _utf16(content, path.name, findings)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = f"byte {error.start + 1}, in line {line}, is {content[error.start]:#04x}"
        shown = content[error.start : error.start + 1].decode("cp1252", errors="replace")
        text = f"save this file as UTF-8; {where}, which is {shown} on many Windows computers"
        findings.add(Defect(path.name, text, where=f"{path.name}, line {line}"))
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        remedy = "save this file as UTF-8; it has zero bytes, as UTF-16 and files that are no text have"
        findings.add(Defect(path.name, remedy, where=f"{path.name}, line {line}"))
        return None
    return text


def _utf16(content: bytes, name: str, findings: Findings) -> str | None:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        findings.add(Defect(name, f"save this file as UTF-8; it begins as UTF-16, but {error.reason}"))
        return None
    findings.remark("the text is UTF-16.", name)
    return text
