"""Install what the system tests need from Debian's packages, when it is missing; fail when that cannot be done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Program → Debian package that brings it.
PARTS = {"chromium": "chromium", "soffice": "libreoffice-writer", "pdftotext": "poppler-utils"}
# A server extension is no program: PostgreSQL looks for this file.
POSTGIS = "*/extension/postgis.control"


def missing() -> list[str]:
    """Packages whose program is not found."""
    wanted = [package for program, package in PARTS.items() if shutil.which(program) is None]
    if not any(Path("/usr/share/postgresql").glob(POSTGIS)):
        wanted.append("postgresql-postgis")  # with the PostgreSQL that this Debian has
    return wanted


def main() -> int:
    """Install the missing packages.

    Returns
    -------
    int
        0 when everything is there, 1 otherwise.
    """
    wanted = missing()
    if not wanted:
        return 0
    command = f"apt-get install {' '.join(wanted)}"
    if shutil.which("apt-get") is None:
        print(f"系统测试需要 {'、'.join(wanted)}；本机没有 apt-get，请用本系统的方式安装后重试。", file=sys.stderr)
        return 1
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        print(f"系统测试需要 {'、'.join(wanted)}；请以 root 身份运行：{command}", file=sys.stderr)
        return 1
    print(f"正在安装系统测试所需的软件包：{'、'.join(wanted)}……", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *wanted]):
        done = subprocess.run(
            ["apt-get", "--quiet", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            print(f"apt-get {arguments[0]} 失败，系统测试所需的软件包未能安装：{'、'.join(wanted)}。", file=sys.stderr)
            return 1
    still = missing()
    if still:
        print(f"安装后仍找不到：{'、'.join(still)}。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
