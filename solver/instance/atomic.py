"""Files and folders that appear whole or not at all, whatever happens while they are written.

A link stays and what it leads to is replaced; devices, pipes and open files are written into. A folder that
replaces another changes place with it in one step where the system can (Linux); elsewhere the old one stands
beside it, under a hidden name, for the moment between two renamings.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

OPEN_FILE = re.compile(r"/dev/(stdin|stdout|stderr|fd/\d+)|/proc/(self|thread-self|\d+)/fd/\d+")
MOST_LINKS = 40
NOT_RELATIVE = -100
EXCHANGE = 2

_drafts: set[Path] = set()


@contextmanager
def new_file(target: Path) -> Iterator[BinaryIO]:
    """A stream to write to; what was written takes the target's place when the block ends well.

    On an error nothing is left behind and an existing target stays as it was; its permissions are kept.
    """
    if is_stream(target):
        with target.open("ab") as stream:
            yield stream
        return
    place = target.resolve()
    with _draft_beside(place) as draft:
        with draft.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _take_over_access(draft, place)
        os.replace(draft, place)
    _sync(place.parent)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill; it takes the target's place when the block ends well.

    On an error nothing is left behind and an existing target stays as it was; permissions are kept.
    """
    place = target.resolve()
    with _draft_beside(place) as draft:
        draft.mkdir()
        yield draft
        for path in (*draft.rglob("*"), draft):
            if path.is_symlink():
                continue
            _take_over_access(path, place / path.relative_to(draft))
            _sync(path)
        _swap(draft, place)
    _sync(place.parent)


def write_text(target: Path, text: str) -> None:
    """Write a UTF-8 text file whole or not at all."""
    write_bytes(target, text.encode("utf-8"))


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with new_file(target) as stream:
        stream.write(content)


def is_stream(target: Path) -> bool:
    """Whether a path leads to what is written into and never replaced: a device, a pipe, an open file."""
    if target.exists() and not target.is_file():
        return True
    path = target.absolute()
    for _ in range(MOST_LINKS):
        if OPEN_FILE.fullmatch(str(path)):
            return True
        if not path.is_symlink():
            return False
        path = path.parent / path.readlink()
    return False


def drop_drafts() -> None:
    """Remove what is half written, for a process that ends without unwinding."""
    for draft in tuple(_drafts):
        _remove(draft)


@contextmanager
def _draft_beside(place: Path) -> Iterator[Path]:
    """A path beside a place, gone at the end."""
    draft = _hidden_beside(place)
    _drafts.add(draft)
    try:
        yield draft
    finally:
        _remove(draft)
        _drafts.discard(draft)


def _hidden_beside(place: Path) -> Path:
    """A name that is free; its length does not depend on the place's own, which may be as long as can be."""
    return place.with_name(f".{uuid4().hex}.part")


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)


def _take_over_access(draft: Path, place: Path) -> None:
    """Give a draft the permissions, and where allowed the owner, of what it replaces."""
    with suppress(FileNotFoundError, NotADirectoryError):
        before = place.stat()
        if hasattr(os, "chown"):
            with suppress(PermissionError):
                os.chown(draft, before.st_uid, before.st_gid)
        os.chmod(draft, before.st_mode & 0o7777)


def _sync(path: Path) -> None:
    """Bring a file or folder to the disk; some systems refuse that for folders."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        if not path.is_dir():
            raise


def _swap(draft: Path, place: Path) -> None:
    """Put the draft in its place, and what stood there in the draft's."""
    if not place.exists():
        draft.rename(place)
    elif not _exchanged(draft, place):
        old = _hidden_beside(place)
        place.rename(old)
        try:
            draft.rename(place)
        except OSError:
            old.rename(place)
            raise
        _remove(old)


def _exchanged(first: Path, second: Path) -> bool:
    """Let two paths change places in one step; False where the system knows no such step."""
    import ctypes

    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    done = rename(NOT_RELATIVE, os.fsencode(first), NOT_RELATIVE, os.fsencode(second), EXCHANGE)
    return bool(done == 0)
