"""Save a Word file so that the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

_FIXED = (1980, 1, 1, 0, 0, 0)


def save(document: Any, output: Path) -> None:
    """Write the file; it appears whole or not at all.

    Word files of the same content differ by nothing but the times in the zip and in the document's properties.
    """
    core = document.part.package.core_properties._element
    for child in list(core):
        if child.tag.rpartition("}")[2] in ("created", "modified", "lastModifiedBy", "revision", "description"):
            core.remove(child)
    raw = io.BytesIO()
    document.save(raw)
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, source.read(name))
    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = output.with_name(output.name + ".part")
    scratch.write_bytes(fixed.getvalue())
    scratch.replace(output)
