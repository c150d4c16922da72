"""Checks across the columns of projects: contradictions are errors, what is merely odd stays as a warning.

Each speaks of many projects at once; what depends on a few texts is asked once for each combination of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo, reference, region
from fengwuwu.projects import activity_figures, claims, plausibility
from fengwuwu.projects.cells import Finding
from fengwuwu.projects.columns import Columns

Found = Iterator[tuple[int, str, Finding]]
_TOLERANCE = 1e-3
# A factor as it is written in words: 0.628 or 0.5581 (t/MWh), 628 g or 570.3克 (per kWh).
_FACTOR = re.compile(r"(?<![\d.])0\.\d{3,4}(?!\d)")
_GRAMS = re.compile(r"(?<![\d.])(\d{2,3}(?:\.\d)?)\s*(?:g|克)(?!ce|标)", re.IGNORECASE)
_KM_PER_DEGREE = 95  # of longitude here, the smaller of the two: a zone is never too small


def _shares(text: object) -> dict[str, float]:
    """A mapping field as a dict."""
    parts = (part.partition("=") for part in str(text).split(";") if part)
    return {name: float(value) for name, _, value in parts}


def _at_most(key: str, limit: str, message: str) -> Callable[[Columns], Found]:
    def check(columns: Columns) -> Found:
        values, limits = columns.numbers(key), columns.numbers(limit)
        for place in np.flatnonzero(values > limits * (1 + 1e-9)).tolist():
            yield place, key, Finding(message.format(values[place], limits[place]), "请核对这两项。")

    return check


def _funding(columns: Columns) -> Found:
    own, need = columns.numbers("own_capital_wan_yuan"), columns.numbers("financing_need_wan_yuan")
    total = columns.numbers("investment_wan_yuan")
    # One per cent: forms round their figures.
    apart = (np.maximum(own, need) <= total) & (np.abs(own + need - total) > 0.01 * total)
    for place in np.flatnonzero(apart).tolist():
        message = (
            f"资本金 {own[place]:.15g} 与融资需求 {need[place]:.15g} 之和，与总投资 {total[place]:.15g} 万元不一致。"
        )
        finding = Finding(message, "请核对；如另有资金来源请写入备注。", "warning")
        yield place, "financing_need_wan_yuan", finding


def _profile(text: object, years: object) -> list[tuple[str, Finding]]:
    key = "construction_profile"
    try:
        shares = [float(part) for part in str(text).split(";")]
    except ValueError:
        return [(key, Finding("含有不是数值的比例。", "请写成 0.4;0.6 的形式。"))]
    found = []
    if min(shares) < 0 or not abs(sum(shares) - 1) <= _TOLERANCE:
        message = f"各年比例合计为 {sum(shares):g}，应为 1，且不得为负。"
        found.append((key, Finding(message, "请改正各年比例。")))
    if isinstance(years, float) and years != len(shares):
        message = f"写了 {len(shares)} 年的比例，建设期却是 {years:g} 年。"
        found.append((key, Finding(message, "请使两者一致。")))
    return found


def _county_shares(text: object, county: object) -> list[tuple[str, Finding]]:
    key, shares, found = "county_shares", _shares(text), []
    if not shares:
        return []
    if others := [name for name in shares if name not in region.split_counties(county)]:
        found.append((key, Finding(f"{'、'.join(others)}不在“所在县”中。", "请使两列一致。")))
    if min(shares.values()) < 0 or not abs(sum(shares.values()) - 1) <= _TOLERANCE:
        message = f"各县比例合计为 {sum(shares.values()):g}，应为 1，且不得为负。"
        found.append((key, Finding(message, "请改正各县比例。")))
    return found


def _instrument_caps(text: object) -> list[tuple[str, Finding]]:
    return [
        ("instrument_share_max", Finding(f"{name} 的占比 {value:g} 应在 0–1 之间。", "请改正。"))
        for name, value in _shares(text).items()
        if not 0 <= value <= 1
    ]


def _claimed_factor(factor: object, area: object) -> list[tuple[str, Finding]]:
    wrong = reference.wrong_factor(factor, str(area or "")) if isinstance(factor, float | int) else None
    return [("claimed_factor", _refused(wrong))] if wrong else []


def _factor_version(text: object) -> list[tuple[str, Finding]]:
    said = [float(number) for number in _FACTOR.findall(str(text))]
    said += [round(float(number) / 1000, 6) for number in _GRAMS.findall(str(text))]
    wrong = [reference.wrong_factor(factor) for factor in said]
    return [("factor_version", _refused(factor)) for factor in wrong if factor]


def _refused(factor: reference.WrongFactor) -> Finding:
    # A factor that once was right is a matter for the assessment, which flags it.
    return Finding(factor.message, factor.remedy, "warning" if factor.superseded else "error")


def _claims(text: object) -> list[tuple[str, Finding]]:
    unreadable = claims.unreadable(str(text))
    known = "、".join(claims.schemes()) if unreadable else ""
    remedy = f"请写成 绿证:2024-2025 的形式，可用：{known}；没有申领填“{claims.NOTHING}”。"
    return [("benefit_claims", Finding(f"“{part}”看不懂。", remedy)) for part in unreadable]


def _figures(text: object, technology: object) -> list[tuple[str, Finding]]:
    usable = [figure.label for figure in activity_figures.of_technology(technology)]
    unused = [name for name in (part.partition("=")[0] for part in str(text).split(";")) if name not in usable]
    if not unused:
        return []
    remedy = f"本技术类型可填：{'、'.join(usable)}。" if usable else "本技术类型的核算不需要；请核对技术类型。"
    finding = Finding(f"{'、'.join(unused)}不是本技术类型的核算数据，不采用。", remedy, "warning")
    return [(activity_figures.FIELD, finding)]


def _measured(columns: Columns) -> Found:
    measured, completed = columns.numbers("measured_year"), columns.numbers("completion_year")
    stated = ~np.isnan(columns.numbers("measured_output"))
    key, message = "measured_year", "填了实测年产出，没有填实测年份，实测值不采用。"
    for place in np.flatnonzero(stated & np.isnan(measured)).tolist():
        yield place, key, Finding(message, "请补上计量的年份。", "warning")
    for place in np.flatnonzero(stated & (measured < completed)).tolist():
        message = f"实测年份 {measured[place]:g} 早于竣工年份 {completed[place]:g}。"
        yield place, key, Finding(message, "请核对这两项。")


def _itself(needed: object, ident: object) -> list[tuple[str, Finding]]:
    if ident in [part.partition("@")[0] for part in str(needed).split(";")]:
        return [("requires", Finding("前置项目不能是项目自己。", "请改正前置项目编号。"))]
    return []


def _half_a_point(columns: Columns) -> Found:
    finding = Finding("经度、纬度只填了一个，没有点位。", "请补全或都留空。", "warning")
    for key, other in (("lon", "lat"), ("lat", "lon")):
        alone = ~np.isnan(columns.numbers(key)) & np.isnan(columns.numbers(other))
        yield from ((place, key, finding) for place in np.flatnonzero(alone).tolist())


def _point(columns: Columns) -> Found:
    lon, lat, radius = (columns.numbers(key) for key in ("lon", "lat", "location_radius_km"))
    for (county,), group in columns.groups("county"):
        names = [name for name in region.split_counties(county) if name in region.COUNTY_NAMES]
        places = np.array(group)[~np.isnan(lon[group] + lat[group])]
        points = shapely.points(lon[places], lat[places])
        outside = ~_meets(points, names)
        places, points = places[outside], points[outside]
        # The point may be off by what the form says, the outline by what its layer says.
        tolerance = np.nan_to_num(radius[places]) + _outline_error()
        outside = ~_meets(shapely.buffer(points, tolerance / _KM_PER_DEGREE, quad_segs=16), names)
        for place, point, km in zip(places[outside], points[outside], tolerance[outside], strict=True):
            actual = next((name for name, outline in _outlines().items() if outline.intersects(point)), "")
            where = f"，而在{actual}" if actual else "，也不在三县之内"
            message = f"点位（{point.x:.9g}, {point.y:.9g}）不在{'、'.join(names)}范围内{where}（容差 {km:g} km）。"
            yield int(place), "lon", Finding(message, "请核对坐标、坐标系与所在县。", "warning")


def _meets(shapes: npt.NDArray[np.object_], names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether shapes meet one of some counties; true where no county is known."""
    met = np.full(len(shapes), not names)
    for name in names:
        met |= shapely.intersects(_outlines()[name], shapes)
    return met


def _township(township: object, county: object) -> list[tuple[str, Finding]]:
    known = {town for name in region.split_counties(county) for town in townships().get(name, ())}
    if not known:
        return []
    found = []
    for town in region.split_counties(township):
        if town not in known:
            where = next((county for county, towns in townships().items() if town in towns), "")
            message = f"“{town}”属于{where}。" if where else f"“{town}”不在所在县的乡镇名录中。"
            finding = Finding(message, "请核对乡镇全称（含“镇”“乡”“街道”）与所在县。", "warning")
            found.append(("township", finding))
    return found


def _usual(columns: Columns) -> Found:
    if not _ranges:
        _ranges.update(plausibility.ranges())
    return plausibility.unusual(columns, _ranges)


_ranges: dict[str, list[plausibility.Range]] = {}
_outline: dict[str, BaseGeometry] = {}
_towns: dict[str, frozenset[str]] = {}


def _outlines() -> Mapping[str, BaseGeometry]:
    if not _outline:
        counties = geo.layer("counties")
        shapely.prepare(counties.geometry.to_numpy())
        _outline.update(zip(counties["county"], counties.geometry.to_numpy(), strict=True))
    return _outline


def _outline_error() -> float:
    """Stated accuracy of the county outlines, km."""
    return geo.registry()["counties"].accuracy_km or 0.0


def townships() -> Mapping[str, frozenset[str]]:
    """Official townships by county."""
    if not _towns:
        for county, towns in geo.layer("townships").groupby("county")["township"]:
            _towns[str(county)] = frozenset(towns)
    return _towns


def _said(told: Callable[..., list[tuple[str, Finding]]], *keys: str) -> Callable[[Columns], Found]:
    """A check that depends on a few fields, and speaks when the first of them is known."""

    def check(columns: Columns) -> Found:
        for combination, places in columns.groups(*keys):
            for key, finding in told(*combination):
                yield from ((place, key, finding) for place in places)

    return check


CHECKS: tuple[Callable[[Columns], Found], ...] = (
    _at_most("financing_need_wan_yuan", "investment_wan_yuan", "融资需求 {:.15g} 万元大于总投资 {:.15g} 万元。"),
    _at_most("own_capital_wan_yuan", "investment_wan_yuan", "已落实资本金 {:.15g} 万元大于总投资 {:.15g} 万元。"),
    _at_most("earliest_start", "latest_start", "最早开工年 {:g} 晚于最晚开工年 {:g}。"),
    _at_most("construction_start_year", "completion_year", "开工年份 {:g} 晚于竣工年份 {:g}。"),
    _funding,
    _said(_profile, "construction_profile", "construction_years"),
    _said(_county_shares, "county_shares", "county"),
    _said(_instrument_caps, "instrument_share_max"),
    _said(_claimed_factor, "claimed_factor", "claimed_factor_area"),
    _said(_factor_version, "factor_version"),
    _said(_claims, "benefit_claims"),
    _said(_figures, activity_figures.FIELD, "technology"),
    _measured,
    _said(_itself, "requires", "project_id"),
    _half_a_point,
    _point,
    _said(_township, "township", "county"),
    _usual,
)


def check(columns: Columns) -> Found:
    """Everything these checks say: place of the record, field key and finding; of each record in the order above."""
    for rule in CHECKS:
        yield from rule(columns)
