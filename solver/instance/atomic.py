"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path beside the target to write to; it takes the target's place when the block ends well.

    On an error nothing is left behind and an existing target stays as it was.
    """
    draft = _beside(target)
    try:
        yield draft
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A new folder beside the target to fill; it takes the target's place when the block ends well.

    On an error nothing is left behind and an existing target stays as it was.
    """
    draft = _beside(target)
    draft.mkdir()
    try:
        yield draft
        _swap(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_text(target: Path, text: str) -> None:
    """Write a UTF-8 text file whole or not at all."""
    with new_file(target) as draft, draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _swap(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.rename(target)
        return
    old = _beside(target)
    target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{uuid4().hex[:12]}.part")
