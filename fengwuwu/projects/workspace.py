"""A bureau's own map layers: a ``layers.toml`` beside its library counts wherever that library is assessed."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd

from fengwuwu.layer_registry import REGISTRY_FILE
from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.library import Library
from fengwuwu.projects.location import is_url
from fengwuwu.projects.site_layers import Layers

_FOLDER = "FENGWUWU_WORKSPACE"


def register(location: Path | str) -> Path:
    """The ``layers.toml`` that belongs to a library, whether it is there or not.

    Parameters
    ----------
    location : path or str
        The library's file, or its URL; then the working folder counts, also in the processes that write its reports.
    """
    if not is_url(location):
        return Path(location).resolve().parent / REGISTRY_FILE
    return Path(os.environ.setdefault(_FOLDER, str(Path.cwd()))) / REGISTRY_FILE


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
