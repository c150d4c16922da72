"""Map of the land that is left for a technology, coloured by what the siting rules say of each place."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from fengwuwu.projects import technologies
from fengwuwu.projects.land_left import LandLeft
from fengwuwu.projects.overlays import ORDER
from fengwuwu.projects.site_layers import Layers
from fengwuwu.reporting import style
from fengwuwu.reporting.land_tables import percent, square_km
from fengwuwu.reporting.maps import SKETCH, map_frame, north_arrow, projected, scale_bar
from fengwuwu.vocabulary import SITING

# Colour and hatch by answer; what is not known looks like nothing known.
LOOK = {
    "pass": ("#009E73", ""),
    "flag": ("#F0E442", ""),
    "undetermined": ("#E3E3E3", "///"),
    "review": ("#E69F00", "..."),
    "block": ("#A00000", ""),
}
WORDS = {
    "pass": "没有规则涉及",
    "flag": "有提示，可用",
    "undetermined": "缺图层或图层不完整",
    "review": "须人工复核",
    "block": "不得使用",
}


def land_map(land: LandLeft, layers: Layers) -> Figure:
    """Draw the parcels of all counties.

    Parameters
    ----------
    land : LandLeft
    layers : Layers
        Those it was made with.
    """
    counties = projected(layers.counties, "县界", "county")
    parcels = projected(land.parcels, "可用地", "answer")
    west, south, east, north = counties.total_bounds
    margin = 0.04 * max(east - west, north - south)
    extent = (west - margin, south - margin, east + margin, north + margin)
    with style.styled():
        figure, axes = map_frame(extent, legend_mm=52.0)
        handles = []
        total = float(parcels["area_km2"].sum())
        for answer in ORDER:
            part = parcels[parcels["answer"] == answer]
            if part.empty:
                continue
            colour, hatch = LOOK[answer]
            part.plot(ax=axes, facecolor=colour, edgecolor="#AAAAAA" if hatch else "none", hatch=hatch, linewidth=0)
            area = float(part["area_km2"].sum())
            label = f"{SITING[answer]}：{WORDS[answer]}\n{square_km(area)}（{percent(area / total)}）"
            handles.append(
                Patch(facecolor=colour, edgecolor="#AAAAAA" if hatch else "none", hatch=hatch, label=label, linewidth=0)
            )
        counties.boundary.plot(ax=axes, color="#6B6B6B", linewidth=0.9)
        for shape, name in zip(counties.geometry, counties["county"], strict=True):
            place = shape.representative_point()
            axes.text(
                place.x,
                place.y,
                name,
                ha="center",
                va="center",
                fontsize=10,
                fontweight="bold",
                bbox=_plate(),
                zorder=5,
            )
        axes.set_title(
            f"{technologies.labels().get(land.technology, land.technology)}：按选址规则的可用地",
            loc="left",
            fontsize=9,
            pad=3,
        )
        axes.set(xlabel="", ylabel="")
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, labelspacing=1.0)
        scale_bar(axes, extent)
        north_arrow(axes)
        figure.text(0.005, 0.012, f"{SKETCH}。{sources(layers)}", fontsize=6.5, color="#555555")
    return figure


def sources(layers: Layers) -> str:
    """Which layers took part, in a line below a map."""
    used = [layers.register[name].title for name in layers.supplied]
    return f"参与判断的图层：{'、'.join(used)}。" if used else "没有可用于判断的图层。"


def _plate() -> dict[str, object]:
    return {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.5}
