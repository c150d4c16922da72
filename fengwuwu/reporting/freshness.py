"""Whether a report that lies there is the one that would be made now: same inputs, and nobody touched the outputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fengwuwu import paths
from fengwuwu.reporting.manifest import PACKAGES, sha256

_SUFFIXES = {".py", ".typ", ".j2", ".css", ".js", ".ttf"}


@cache
def _software() -> str:
    """Hash of this package, its data and the versions of what it stands on."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    files = [path for path in package.rglob("*") if path.suffix in _SUFFIXES]
    files += [path for folder in (paths.REFERENCE, paths.GEO) for path in folder.rglob("*") if path.is_file()]
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes())
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def key(notebook: Path, inputs: Mapping[str, str], formats: Iterable[str]) -> str:
    """What a report depends on, as one hash.

    Parameters
    ----------
    notebook : Path
        The template.
    inputs : mapping of str to str
        Parameters and hashes of the data; no paths, so that a moved folder stays up to date.
    formats : iterable of str
        The documents asked for.
    """
    parts = [_software(), sha256(notebook), json.dumps(dict(inputs), sort_keys=True), ",".join(sorted(formats))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def is_current(entry: Mapping[str, Any] | None, wanted: str, folder: Path) -> bool:
    """Whether the manifest's entry of a report has this key and its files are still as they were written.

    Parameters
    ----------
    entry : mapping or None
        As in ``manifest.json``; None when there is none.
    wanted : str
        See `key`.
    folder : Path
        Where the files are.
    """
    if entry is None or entry.get("key") != wanted or entry.get("message") or not entry.get("outputs"):
        return False
    files = [(folder / str(output["file"]), output["sha256"]) for output in entry["outputs"]]
    return all(path.is_file() and sha256(path) == digest for path, digest in files)
