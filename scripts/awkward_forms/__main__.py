"""Write the awkward forms under ``tests/fixtures/forms`` that ``tests/projects/test_awkward_forms.py`` imports.

Every project in them is made up, and its name says so (示例). The files are committed and this is run only to change
them: ``python scripts/awkward_forms [NAME…]``. The .xls files and stored formula results come from LibreOffice
(``soffice``), the password from the package msoffcrypto-tool, which nothing else needs.
"""

from __future__ import annotations

import sys

import containers  # noqa: F401 (each enters its makers)
import layers  # noqa: F401
import repeated  # noqa: F401
import texts  # noqa: F401
import workbooks  # noqa: F401
from tools import FORMS, MAKERS


def main(names: list[str]) -> int:
    """Write the named files, or all."""
    FORMS.mkdir(parents=True, exist_ok=True)
    for name in names or MAKERS:
        MAKERS[name](FORMS / name)
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
