"""How long `check` takes for large tables, and what it costs in memory.

python -m benchmarks.reading 100000 1000000
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = "id,name,industry,region,revenue,cost,setup_cost,success,effort,innovation\n"


def main(sizes: list[int]) -> None:
    """One line per size: rows, exit code, seconds, and the most memory of any run so far."""
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), rows)
            begin, spent = time.perf_counter(), _processor_seconds()
            command = [sys.executable, "-m", "solver", "check", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds, spent = time.perf_counter() - begin, _processor_seconds() - spent
            first = (done.stdout or done.stderr).strip().splitlines()[0]
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"{rows:>9,} rows  exit code {done.returncode}  {seconds:6.1f} s  processor {spent:6.1f} s  "
                f"{peak:7.0f} MB  {first}"
            )


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _write(folder: Path, rows: int) -> None:
    (folder / "instance.toml").write_text('format = 1\nname = "large"\n')
    with (folder / "partners.csv").open("w") as file:
        file.write(HEADER)
        for k in range(rows):
            groups = f"industry {k % 20},region {k % 7}"
            amounts = (
                f"{(7 * k) % 991 / 10},{(11 * k) % 499 / 10},{k % 51},{0.5 + k % 50 / 100},{k % 9},{k % 8}"
            )
            file.write(f"p{k},Partner {k},{groups},{amounts}\n")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000, 1_000_000])
