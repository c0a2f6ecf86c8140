"""Text files as planners' computers make them: encodings, sizes, and what to say when they are off."""

from __future__ import annotations

from pathlib import Path

from solver.instance.defects import Defect, Findings

MOST_BYTES = 200_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def text_of(path: Path, findings: Findings) -> str | None:
    """The text of a UTF-8 file (with or without byte order mark); None after adding to the findings."""
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
        findings.add(Defect(path.name, "save this file as UTF-8; it is UTF-16"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = f"byte {error.start + 1}, in line {line}, is {content[error.start]:#04x}"
        findings.add(Defect(path.name, f"save this file as UTF-8; {where}"))
        return None
