"""pyproject.toml, the locks and environment.yml say the same; the linter catches what it is there for."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def locked(name: str) -> list[Requirement]:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [Requirement(line.split("--hash")[0]) for line in text.splitlines() if re.match(r"[a-z0-9]", line)]


def pins(name: str, python: str) -> dict[str, str]:
    """Package → version that this lock gives on Linux with this Python."""
    environment = default_environment() | {"python_version": python, "python_full_version": f"{python}.1"}
    result: dict[str, str] = {}
    for requirement in locked(name):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            package = canonicalize_name(requirement.name)
            assert package not in result, f"{name} gives {package} twice on Python {python}"
            result[package] = str(requirement.specifier).removeprefix("==")
    return result


def project() -> dict[str, list[str]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        data = tomllib.load(file)["project"]
    return {
        "requirements.lock": data["dependencies"],
        "requirements-dev.lock": [
            *data["dependencies"],
            *data["optional-dependencies"]["dev"],
            *data["optional-dependencies"]["postgis"],
        ],
    }


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("lock", LOCKS)
def test_lock_satisfies_pyproject(lock: str, python: str) -> None:
    versions = pins(lock, python)
    for wanted in map(Requirement, project()[lock]):
        version = versions[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{lock}: {wanted.name} {version} is outside {wanted.specifier}"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_dev_lock_contains_the_runtime_lock(python: str) -> None:
    runtime, dev = pins(LOCKS[0], python), pins(LOCKS[1], python)
    assert runtime.items() <= dev.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry for entry in entries)


def test_environment_yml_installs_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert pip == ["--require-hashes", "--requirement requirements.lock"]
    (python,) = [item for item in conda if item.startswith("python=")]
    with (ROOT / "pyproject.toml").open("rb") as file:
        requires = tomllib.load(file)["project"]["requires-python"]
    assert Requirement(f"python{requires}").specifier.contains(python.split("=")[1] + ".1")
    assert set(conda) == {python, "pip"}, "everything else comes by pip from the lock"


@pytest.mark.parametrize("line", ['open("a.txt").read()', 'from pathlib import Path\n\nPath("a").read_text()'])
def test_ruff_catches_a_missing_encoding(line: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "PLW1514", "--stdin-filename", "fengwuwu/x.py", "-"],
        input=f"{line}\n",
        text=True,
        encoding="utf-8",
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert found.returncode == 1
    assert "unspecified-encoding" in found.stdout


def test_the_encoding_rule_is_switched_on() -> None:
    """It is a preview rule: selecting it does nothing unless preview is on."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        ruff = tomllib.load(file)["tool"]["ruff"]
    assert ruff["preview"] is True
    assert "PLW1514" in ruff["lint"]["select"]
