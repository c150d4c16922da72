"""Install from the pip part of environment.yml as its user would, and run ``fengwuwu check`` there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Fail when anything of it fails."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (lines,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "环境 一"
        venv.create(made, with_pip=True)
        python = made / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        # conda writes the pip lines to a file beside environment.yml, so that relative paths hold
        with tempfile.NamedTemporaryFile(
            "w", suffix=".requirements.txt", dir=ROOT, encoding="utf-8", delete=False
        ) as file:
            file.write("\n".join(lines) + "\n")
        try:
            pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            subprocess.run([*pip, "--requirement", file.name], cwd=ROOT, check=True)
        finally:
            Path(file.name).unlink()
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], cwd=ROOT, check=True)
        subprocess.run([str(python), "-m", "fengwuwu", "check"], cwd=folder, check=True)
    # an editable install elsewhere leaves this checkout's own environment as it was
    print("environment.yml installs and checks", file=sys.stdout)


if __name__ == "__main__":
    main()
