"""Draw the illustrative candidate projects (示例) from a table of parameter ranges, always the same ones.

Reads in ``data/projects`` ``illustrative_outline.csv`` (which projects, where, and what is fixed by hand) and
``illustrative_parameters.csv`` (ranges with unit, basis and status); writes ``illustrative_candidates.csv``, a form.
Each project has a random generator of its own, seeded by its number, so that a new row changes no other.

Run ``python scripts/make_illustrative.py [FILE]``.
"""

from __future__ import annotations

import csv
import sys
import zlib
from pathlib import Path

import numpy as np

from fengwuwu import geo, paths
from fengwuwu import vocabulary as words
from fengwuwu.projects.fields import BY_KEY, FIELDS

SEED = 20270101
PARAMETERS = paths.PROJECTS / "illustrative_parameters.csv"
OUTLINE = paths.PROJECTS / "illustrative_outline.csv"
LIKE = paths.PROJECTS / "public_projects.csv"  # both forms have the same columns
TARGET = paths.PROJECTS / "illustrative_candidates.csv"
SOURCE = "scripts/make_illustrative.py 生成，参数见 illustrative_parameters.csv"

Row = dict[str, str]
Ranges = dict[str, dict[str, tuple[float, float, float]]]


def read_rows(file: Path) -> list[Row]:
    """Rows of a CSV file as text."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read_ranges(file: Path = PARAMETERS) -> Ranges:
    """Low, high and step of every parameter by technology."""
    ranges: Ranges = {}
    for row in read_rows(file):
        bounds = (float(row["low"]), float(row["high"]), float(row["step"]))
        ranges.setdefault(row["technology"], {})[row["parameter"]] = bounds
    return ranges


def draw(project_id: str, ranges: dict[str, tuple[float, float, float]]) -> dict[str, float]:
    """One value of every parameter: uniform over the multiples of its step from low to high."""
    generator = np.random.default_rng([SEED, zlib.crc32(project_id.encode())])
    values = {}
    for name, (low, high, step) in ranges.items():
        count = round((high - low) / step)
        values[name] = round(low + step * int(generator.integers(0, count + 1)), 10)
    return values


def money_and_output(drawn: dict[str, float]) -> dict[str, float]:
    """Form columns that follow from the drawn values; money in 万元 (investment to 10, the rest to 1)."""
    found: dict[str, float] = {}
    capacity = drawn.get("capacity", 0.0)
    if "capacity" in drawn:
        found["capacity"] = capacity
    if "full_load_hours" in drawn:
        found["full_load_hours"] = drawn["full_load_hours"]
        found["annual_output"] = round(capacity * drawn["full_load_hours"] / 1000, 3)
    if "output_per_capacity" in drawn:
        found["annual_output"] = round(capacity * drawn["output_per_capacity"], 3)
    investment = drawn["investment"] if "investment" in drawn else capacity * drawn["unit_investment"]
    investment = round(investment / 10) * 10
    own = round(investment * drawn["own_capital_share"])
    found |= {
        "investment_wan_yuan": investment,
        "own_capital_wan_yuan": own,
        "financing_need_wan_yuan": investment - own,
    }
    for parameter, base in (
        ("revenue_per_output", found.get("annual_output", 0.0)),
        ("revenue_per_capacity", capacity),
        ("revenue_per_investment", investment),
    ):
        if parameter in drawn:
            found["annual_revenue_wan_yuan"] = round(base * drawn[parameter])
    return found | {key: drawn[key] for key in ("lifetime_years", "construction_years")}


def place(county: str, township: str, points: dict[tuple[str, str], tuple[float, float, float]]) -> dict[str, str]:
    """Point of the township centre with its error radius; nothing where the centre is not known."""
    if (county, township) not in points:
        return {}
    lon, lat, radius = points[county, township]
    return {
        "lon": show(lon),
        "lat": show(lat),
        "location_radius_km": show(radius),
        "location_basis": "示例：取乡镇点位，场址未定",
    }


def show(value: float) -> str:
    """A number without needless digits."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def build() -> list[Row]:
    """All rows of the form, by field key, with Chinese labels where the form has a choice."""
    technologies = {row["technology"]: row for row in read_rows(paths.REFERENCE / "technologies.csv")}
    towns = geo.layer("townships")
    towns = towns[towns.geometry.notna()]
    points = {
        (row.county, row.township): (row.geometry.x, row.geometry.y, float(row.accuracy_km))
        for row in towns.itertuples()
    }
    ranges = read_ranges()
    rows = []
    for outline in read_rows(OUTLINE):
        technology = technologies[outline["technology"]]
        row = {key: show(value) for key, value in money_and_output(draw_for(outline, ranges)).items()}
        if "capacity" in row:
            row["capacity_unit"] = technology["capacity_unit"]
            row["content"] = f"示例：{technology['label']}，规模 {row['capacity']} {row['capacity_unit']}"
        if "annual_output" in row:
            row["annual_output_unit"] = technology["output_unit"]
        row |= place(outline["county"], outline["township"], points)
        row |= {key: outline[key] for key in ("project_id", "project_name", "county", "township")}
        row |= {key: outline[key] for key in ("earliest_start", "latest_start")}
        row |= {
            "technology": technology["label"],
            "stage": outline["stage"],
            "data_kind": "illustrative",
            "owner": "示例单位",
            "value_status": "assumption",
            "source": SOURCE,
            "source_kind": "generated",
            "note": words.ILLUSTRATIVE_NOTICE,
        }
        row |= dict(item.split("=", 1) for item in outline["fixed"].split("|") if item)
        rows.append({key: (BY_KEY[key].choices or {}).get(value, value) for key, value in row.items()})
    return rows


def draw_for(outline: Row, ranges: Ranges) -> dict[str, float]:
    """Drawn values of one outlined project."""
    return draw(outline["project_id"], ranges[outline["technology"]])


def write(rows: list[Row], file: Path) -> None:
    """Write the form: UTF-8 with byte-order mark, so that Excel reads the Chinese."""
    headers = read_rows(LIKE)[0].keys()
    columns = [field for field in FIELDS if field.full_header in headers]
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.full_header for field in columns])
        writer.writerows([[row.get(field.key, "") for field in columns] for row in rows])


def main() -> int:
    """Write the form to the given file, or to its place in ``data/projects``."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    rows = build()
    write(rows, target)
    print(f"已写入 {len(rows)} 个示例项目：{target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
