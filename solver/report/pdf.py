"""A page as PDF, printed by a browser that is installed; it gets no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from solver.errors import BackendError, MissingBackendError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
SECONDS = 60.0
REMEDY = "there is no Chromium or Chrome, which prints PDF: install one, or write .html and print that"


def browser() -> str:
    """The browser that prints; raises MissingBackendError where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise MissingBackendError(REMEDY)
    return found


def pdf(page: str) -> bytes:
    """A page printed on A4; raises MissingBackendError without a browser, BackendError where it fails."""
    with TemporaryDirectory(prefix="partnerfolio-") as scratch:
        source, target = Path(scratch) / "page.html", Path(scratch) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        options = ["--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]
        options += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={scratch}/profile"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # which a browser refuses to have for the superuser
        command = [browser(), *options, f"--print-to-pdf={target}", source.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BackendError(f"the page could not be printed: {error}") from None
        if not target.exists():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise BackendError(
                f"the page could not be printed: {said[-1] if said else 'nothing was written'}"
            )
        return target.read_bytes()
