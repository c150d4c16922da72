"""A bureau's own map layers: a ``layers.toml`` beside its library counts wherever that library is assessed."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.library import Library
from fengwuwu.projects.location import register
from fengwuwu.projects.site_layers import Layers


def layers(location: Path | str) -> Layers:
    """The shipped layers, and over them those registered beside a library.

    Raises
    ------
    ReferenceDataError
        When a layer or a rule cannot be used.
    """
    own = register(location)
    return Layers.read(own if own.is_file() else None)


def assessed(
    library: Library, as_of: str | None = None, grading: str | None = None, grid_path: str | None = None
) -> gpd.GeoDataFrame:
    """Every project of a library, assessed with the layers that belong to it.

    Parameters
    ----------
    library : Library
    as_of : str, optional
        Date (ISO) of its state; the current one by default.
    grading, grid_path : str, optional
        A local profile, and a path of the grid factor, see `fengwuwu.projects.assess.Context`.
    """
    context = Context(layers=layers(library.location), grading=grading, grid_path=grid_path)
    return assess(library.projects(as_of=as_of), context=context)
