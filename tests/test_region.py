"""The three counties by every name a user may write."""

from __future__ import annotations

import pytest

from fengwuwu import region
from fengwuwu.errors import InputError


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("奉节县", "fengjie"),
        ("奉节", "fengjie"),
        ("FengJie", "fengjie"),
        (" fengjie county ", "fengjie"),
        ("重庆市奉节县", "fengjie"),
        ("重庆奉节", "fengjie"),
        ("500236", "fengjie"),
        (500237, "wushan"),
        (500238.0, "wuxi"),
        ("巫山", "wushan"),
        ("巫溪县", "wuxi"),
        ("奉巫巫", "region"),
        ("三县", "region"),
        ("region", "region"),
    ],
)
def test_find_understands(written: object, key: str) -> None:
    found = region.find(written)
    assert found is not None and found.key == key


@pytest.mark.parametrize("written", ["云阳县", "巫", "", None, float("nan"), 500239, "5002360"])
def test_find_does_not_guess(written: object) -> None:
    assert region.find(written) is None
    with pytest.raises(InputError, match="不认识的县名"):
        region.area(written)


def test_region_is_the_sum_of_its_counties() -> None:
    assert region.REGION.area_km2 == 4098 + 2958 + 4030


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("奉节县;巫山", ["奉节县", "巫山县"]),
        ("巫溪、巫山，奉节", ["巫溪县", "巫山县", "奉节县"]),
        ("三县", ["奉节县", "巫山县", "巫溪县"]),
        ("巫山县;云阳;万州;巫山", ["巫山县", "云阳县", "万州区"]),
        (["奉节", "500238"], ["奉节县", "巫溪县"]),
        ("奉节县;某县", ["奉节县", "某县"]),
        (None, []),
        (float("nan"), []),
        (" ; ", []),
    ],
)
def test_split_counties(cell: object, names: list[str]) -> None:
    assert region.split_counties(cell) == names
