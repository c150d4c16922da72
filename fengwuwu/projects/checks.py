"""Checks across the columns of one project: contradictions are errors, what is merely odd stays as a warning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shapely import Point
from shapely.geometry.base import BaseGeometry
from shapely.prepared import PreparedGeometry, prep

from fengwuwu import geo, reference, region
from fengwuwu.projects import claims, plausibility
from fengwuwu.projects.cells import Finding

Record = Mapping[str, object]
_TOLERANCE = 1e-3
# A factor in t/MWh as it is written in words: 0.628, 0.5581.
_FACTOR = re.compile(r"(?<![\d.])0\.\d{3,4}(?!\d)")


@dataclass(frozen=True)
class Found:
    """A finding and the field it concerns."""

    key: str
    finding: Finding


def numbers(record: Record, *keys: str) -> list[float] | None:
    """The values of several fields, or None when one is unknown."""
    values = [record.get(key) for key in keys]
    return [float(value) for value in values] if all(isinstance(value, float | int) for value in values) else None  # type: ignore[arg-type]


def pairs(record: Record, key: str) -> dict[str, float]:
    """A mapping field as a dict."""
    text = str(record.get(key) or "")
    return {name: float(value) for name, _, value in (part.partition("=") for part in text.split(";") if part)}


def _at_most(key: str, limit: str, message: str) -> Callable[[Record], Iterator[Found]]:
    def check(record: Record) -> Iterator[Found]:
        values = numbers(record, key, limit)
        if values and values[0] > values[1] * (1 + 1e-9):
            yield Found(key, Finding(message.format(*values), "请核对这两项。"))

    return check


def _funding(record: Record) -> Iterator[Found]:
    values = numbers(record, "own_capital_wan_yuan", "financing_need_wan_yuan", "investment_wan_yuan")
    if values is None:
        return
    own, need, total = values
    # One per cent: forms round their figures.
    if max(own, need) <= total and abs(own + need - total) > 0.01 * total:
        message = f"资本金 {own:g} 与融资需求 {need:g} 之和，与总投资 {total:g} 万元不一致。"
        yield Found("financing_need_wan_yuan", Finding(message, "请核对；如另有资金来源请写入备注。", "warning"))


def _profile(record: Record) -> Iterator[Found]:
    text = record.get("construction_profile")
    if text is None:
        return
    key = "construction_profile"
    try:
        shares = [float(part) for part in str(text).split(";")]
    except ValueError:
        yield Found(key, Finding("含有不是数值的比例。", "请写成 0.4;0.6 的形式。"))
        return
    if min(shares) < 0 or not abs(sum(shares) - 1) <= _TOLERANCE:
        yield Found(key, Finding(f"各年比例合计为 {sum(shares):g}，应为 1，且不得为负。", "请改正各年比例。"))
    years = record.get("construction_years")
    if isinstance(years, float) and years != len(shares):
        yield Found(key, Finding(f"写了 {len(shares)} 年的比例，建设期却是 {years:g} 年。", "请使两者一致。"))


def _county_shares(record: Record) -> Iterator[Found]:
    shares = pairs(record, "county_shares")
    if not shares:
        return
    key = "county_shares"
    others = [name for name in shares if name not in region.split_counties(record.get("county"))]
    if others:
        yield Found(key, Finding(f"{'、'.join(others)}不在“所在县”中。", "请使两列一致。"))
    if min(shares.values()) < 0 or not abs(sum(shares.values()) - 1) <= _TOLERANCE:
        yield Found(key, Finding(f"各县比例合计为 {sum(shares.values()):g}，应为 1，且不得为负。", "请改正各县比例。"))


def _instrument_caps(record: Record) -> Iterator[Found]:
    for name, value in pairs(record, "instrument_share_max").items():
        if not 0 <= value <= 1:
            yield Found("instrument_share_max", Finding(f"{name} 的占比 {value:g} 应在 0–1 之间。", "请改正。"))


def _claimed_factor(record: Record) -> Iterator[Found]:
    values = numbers(record, "claimed_factor")
    if values and (wrong := reference.wrong_factor(values[0], str(record.get("claimed_factor_area") or ""))):
        yield Found("claimed_factor", Finding(wrong.message, wrong.remedy))
    for number in _FACTOR.findall(str(record.get("factor_version") or "")):
        if wrong := reference.wrong_factor(float(number)):
            yield Found("factor_version", Finding(wrong.message, wrong.remedy))


def _claims(record: Record) -> Iterator[Found]:
    text = record.get("benefit_claims")
    for part in claims.unreadable(str(text)) if text is not None else []:
        known = "、".join(claims.schemes())
        yield Found(
            "benefit_claims",
            Finding(
                f"“{part}”看不懂。", f"请写成 绿证:2024-2025 的形式，可用：{known}；没有申领填“{claims.NOTHING}”。"
            ),
        )


def _measured(record: Record) -> Iterator[Found]:
    if record.get("measured_output") is None:
        return
    if record.get("measured_year") is None:
        message = "填了实测年产出，没有填实测年份，实测值不采用。"
        yield Found("measured_year", Finding(message, "请补上计量的年份。", "warning"))
    years = numbers(record, "measured_year", "completion_year")
    if years and years[0] < years[1]:
        yield Found("measured_year", Finding(f"实测年份 {years[0]:g} 早于竣工年份 {years[1]:g}。", "请核对这两项。"))


def _itself(record: Record) -> Iterator[Found]:
    needed = [part.partition("@")[0] for part in str(record.get("requires") or "").split(";")]
    if record.get("project_id") in needed:
        yield Found("requires", Finding("前置项目不能是项目自己。", "请改正前置项目编号。"))


def _half_a_point(record: Record) -> Iterator[Found]:
    for key, other in (("lon", "lat"), ("lat", "lon")):
        if record.get(key) is not None and record.get(other) is None:
            yield Found(key, Finding("经度、纬度只填了一个，没有点位。", "请补全或都留空。", "warning"))


def _point(record: Record) -> Iterator[Found]:
    place = numbers(record, "lon", "lat")
    names = [name for name in region.split_counties(record.get("county")) if name in region.COUNTY_NAMES]
    if place is None or not names:
        return
    point = Point(*place)
    if any(_outlines()[name].intersects(point) for name in names):
        return
    # The point may be off by what the form says, the outline by what its layer says.
    radius = record.get("location_radius_km")
    tolerance = (float(radius) if isinstance(radius, float | int) else 0.0) + _outline_error()
    # 95 km to the degree of longitude here, the smaller of the two: the zone is never too small.
    zone = point.buffer(tolerance / 95)
    if any(_outlines()[name].intersects(zone) for name in names):
        return
    actual = next((name for name, outline in _outlines().items() if outline.intersects(point)), "")
    where = f"，而在{actual}" if actual else "，也不在三县之内"
    message = f"点位（{place[0]:g}, {place[1]:g}）不在{'、'.join(names)}范围内{where}（容差 {tolerance:g} km）。"
    yield Found("lon", Finding(message, "请核对坐标、坐标系与所在县。", "warning"))


def _township(record: Record) -> Iterator[Found]:
    names = region.split_counties(record.get("county"))
    known = {town for name in names for town in townships().get(name, ())}
    if not known:
        return
    for town in region.split_counties(record.get("township")):
        if town not in known:
            where = next((county for county, towns in townships().items() if town in towns), "")
            message = f"“{town}”属于{where}。" if where else f"“{town}”不在所在县的乡镇名录中。"
            yield Found("township", Finding(message, "请核对乡镇全称（含“镇”“乡”“街道”）与所在县。", "warning"))


def _usual(record: Record) -> Iterator[Found]:
    if not _ranges:
        _ranges.update(plausibility.ranges())
    yield from (Found(key, finding) for key, finding in plausibility.unusual(record, _ranges))


_ranges: dict[str, list[plausibility.Range]] = {}
_prepared: dict[str, PreparedGeometry[BaseGeometry]] = {}
_towns: dict[str, frozenset[str]] = {}


def _outlines() -> Mapping[str, PreparedGeometry[BaseGeometry]]:
    if not _prepared:
        counties = geo.layer("counties")
        _prepared.update({name: prep(shape) for name, shape in zip(counties["county"], counties.geometry, strict=True)})
    return _prepared


def _outline_error() -> float:
    """Stated accuracy of the county outlines, km."""
    return geo.registry()["counties"].accuracy_km or 0.0


def townships() -> Mapping[str, frozenset[str]]:
    """Official townships by county."""
    if not _towns:
        for county, towns in geo.layer("townships").groupby("county")["township"]:
            _towns[str(county)] = frozenset(towns)
    return _towns


CHECKS: tuple[Callable[[Record], Iterator[Found]], ...] = (
    _at_most("financing_need_wan_yuan", "investment_wan_yuan", "融资需求 {:g} 万元大于总投资 {:g} 万元。"),
    _at_most("own_capital_wan_yuan", "investment_wan_yuan", "已落实资本金 {:g} 万元大于总投资 {:g} 万元。"),
    _at_most("earliest_start", "latest_start", "最早开工年 {:g} 晚于最晚开工年 {:g}。"),
    _at_most("construction_start_year", "completion_year", "开工年份 {:g} 晚于竣工年份 {:g}。"),
    _funding,
    _profile,
    _county_shares,
    _instrument_caps,
    _claimed_factor,
    _claims,
    _measured,
    _itself,
    _half_a_point,
    _point,
    _township,
    _usual,
)


def check(record: Record) -> list[Found]:
    """Everything these checks say about one project."""
    return [found for rule in CHECKS for found in rule(record)]
