"""Compile both locks from pyproject.toml: universal, with hashes, without any address.

``--check`` compiles nothing; it asks whether a Windows wheel exists for every locked package on each Python.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
COMPILE = [
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
]


def uv(*arguments: str) -> None:
    """Run uv of this environment in the project's root; its failure is ours."""
    subprocess.run([sys.executable, "-m", "uv", "--system-certs", *arguments], cwd=ROOT, check=True)


def compile_locks() -> None:
    """Write requirements.lock, then requirements-dev.lock constrained to the same versions."""
    uv("pip", "compile", "pyproject.toml", *COMPILE, "--output-file", "requirements.lock")
    uv(
        *("pip", "compile", "pyproject.toml", "--extra", "dev", "--extra", "postgis"),
        *("--extra", "cluster", "--extra", "solvers"),
        *("--constraints", "requirements.lock"),
        *COMPILE,
        *("--output-file", "requirements-dev.lock"),
    )


def check_windows_wheels(lock: str = "requirements.lock") -> None:
    """Fail unless every package of the lock can be installed on Windows from wheels alone."""
    for python in PYTHONS:
        with tempfile.TemporaryDirectory() as target:
            uv(
                *("pip", "install", "--dry-run", "--quiet", "--python-version", python),
                *("--python-platform", "x86_64-pc-windows-msvc", "--only-binary", ":all:"),
                *("--require-hashes", "--requirements", lock, "--target", target),
            )
        print(f"Windows wheels complete for Python {python}: {lock}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="check that Windows wheels exist instead of compiling")
    if parser.parse_args().check:
        check_windows_wheels()
        check_windows_wheels("requirements-dev.lock")
    else:
        compile_locks()
