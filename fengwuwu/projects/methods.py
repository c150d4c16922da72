"""The accounting methods: annual emission reduction of a project against its baseline, one function per method.

Each takes the project's figures, the default values and one grid factor, and returns the annual reduction in tCO2e: the
mean over the lifetime, or that of one year of operation. A figure that is missing gives NaN, never a guess. Symbols: EF
grid factor, tCO2/MWh (= kgCO2/kWh). Figures of shape (n, 1) and default values of shape (draws,) give (n, draws).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fengwuwu.projects.tabular import Floats, Mask


@dataclass(frozen=True)
class Activity:
    """What the projects do, each array of shape (n,), or (n, 1) for many draws at once; NaN where unknown.

    Attributes
    ----------
    capacity : array of float
        In the capacity unit of the technology (MW, kW, ha, m2, head, vehicle, t/d, tce).
    output : array of float
        In the output unit of the technology per year (GWh, GJ, t).
    hours : array of float
        Declared full-load hours, h/yr.
    lifetime : array of float
        Years of operation.
    first_year : array of float
        Calendar year of the first year of operation.
    measured : array of bool
        Whether the output was measured in operation.
    year : int or None
        One year of operation, from 1; None for the mean over the lifetime.
    figures : mapping of str to array of float
        Further figures by key of ``activity_figures``, in the units there; one that is absent is unknown.
    """

    capacity: Floats
    output: Floats
    hours: Floats
    lifetime: Floats
    first_year: Floats = field(default_factory=lambda: np.array(np.nan))
    measured: Mask = field(default_factory=lambda: np.array(False))
    year: int | None = None
    figures: Mapping[str, Floats] = field(default_factory=dict)

    def figure(self, name: str) -> Floats:
        """A further figure; NaN where unknown."""
        return self.figures.get(name, np.full(np.shape(self.capacity), np.nan))

    @property
    def age(self) -> Floats | float:
        """Years of ageing: of the year of operation, or the mean over the lifetime."""
        return (self.lifetime - 1) / 2 if self.year is None else self.year - 1

    @property
    def energy_mwh(self) -> Floats:
        """Annual output in MWh when it is given in GWh."""
        return self.output * 1000


# One value, or one for each draw.
Number = float | Floats
Defaults = Mapping[str, float] | Mapping[str, Floats]
Method = Callable[[Activity, Defaults, Number], Floats]


def solar(a: Activity, p: Defaults, ef: Number) -> Floats:
    """P·h·k·(1 − f − d(t − 1))·(1 − own use)·EF, or E·(1 − d(t − 1))·EF when output is declared; t = 1…L.

    The declared or measured output is net of losses and taken as the first year's, which is on the cautious side.
    """
    ageing = p["annual_degradation"] * a.age
    hours = np.where(np.isnan(a.hours), p["full_load_hours"] * p["hours_factor"], a.hours)
    by_default = a.capacity * hours * (1 - p["first_year_loss"] - ageing) * (1 - p["own_use"])
    return np.where(np.isnan(a.output), by_default, a.energy_mwh * (1 - ageing)) * ef


def wind(a: Activity, p: Defaults, ef: Number) -> Floats:
    """P·h·EF, or E·EF when output is declared; project emissions about 0."""
    hours = np.where(np.isnan(a.hours), p["full_load_hours"], a.hours)
    return np.where(np.isnan(a.output), a.capacity * hours, a.energy_mwh) * ef


def hydro(a: Activity, p: Defaults, ef: Number) -> Floats:
    """E·(EF − reservoir): 0 above 10 W/m2 of power density, 90 kg/MWh from 4 on; below 4 no method holds."""
    flooded = a.figure("flooded_area")
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(flooded == 0, np.inf, a.capacity * 100 / flooded)  # 1 MW/ha = 100 W/m2
    clean, dense = density > p["power_density_clean"], density >= p["power_density_least"]
    reservoir = np.where(clean, 0.0, np.where(dense, p["reservoir_emission"] / 1000, np.nan))
    return a.energy_mwh * (ef - reservoir)


def added_power(a: Activity, p: Defaults, ef: Number) -> Floats:
    """ΔE·EF: extra generation of a refurbished plant; no new reservoir, so no reservoir emissions."""
    return a.energy_mwh * ef


def saved_power(a: Activity, p: Defaults, ef: Number) -> Floats:
    """ΔE·EF; negative when the project uses more."""
    return a.energy_mwh * ef


def sewage(a: Activity, p: Defaults, ef: Number) -> Floats:
    """ΔE·EF + ΔCH4·GWP + ΔN2O·GWP, negative where the project uses or emits more; gases not declared are left out."""
    methane, n2o = a.figure("avoided_methane") * p["gwp_ch4"], a.figure("avoided_n2o") * p["gwp_n2o"]
    return a.energy_mwh * ef + np.nan_to_num(methane) + np.nan_to_num(n2o)


def building(a: Activity, p: Defaults, ef: Number) -> Floats:
    """ΔE·EF + ΔG·EF_gas, ΔE declared or area × saving per m2 (kWh → MWh); gas is left out when not declared."""
    power = np.where(np.isnan(a.output), a.capacity * p["saving_per_area"] / 1000, a.energy_mwh)
    return power * ef + np.nan_to_num(_gas_t(a.figure("saved_gas"), p))


def _gas_t(gas: Floats, p: Defaults) -> Floats:
    """CO2 of natural gas given in 10^4 m3; the factor is in kg/m3."""
    return gas * 10 * p["natural_gas_per_m3"]


def biogas(a: Activity, p: Defaults, ef: Number) -> Floats:
    """N·VS·365·B0·ρ·GWP·(MCF − leakage) + E·EF; N is the average standing stock, E is left out when not declared."""
    methane_t = a.capacity * p["volatile_solids"] * 365 * p["methane_capacity"] * p["ch4_density"] / 1000
    avoided = methane_t * p["gwp_ch4"] * (p["methane_correction"] - p["digester_leakage"])
    return avoided + np.nan_to_num(a.energy_mwh) * ef


def biomass_heat(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Q/η·EF_coal: heat that a coal boiler would have given."""
    return _heat_gj(a) / p["boiler_efficiency"] * p["coal_per_tce"] / p["tce_heat"]


def heat_pump(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Q/η·EF_fuel − Q/(3.6·COP)·EF."""
    heat = _heat_gj(a)
    replaced = heat / p["boiler_efficiency"] * p["replaced_fuel"] / p["tce_heat"]
    return replaced - heat / 3.6 / p["cop"] * ef


def _heat_gj(a: Activity) -> Floats:
    """Declared heat, or MW × declared hours × 3.6 GJ/MWh; there is no default for the hours."""
    return np.where(np.isnan(a.output), a.capacity * a.hours * 3.6, a.output)


def heat_retrofit(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Q·EF_heat + E·EF − fuel·EF_fuel: heat and power made together in place of a boiler and the grid."""
    fuel = a.figure("used_coal") * p["used_coal_factor"] + _gas_t(a.figure("used_gas"), p)
    return _heat_gj(a) * p["purchased_heat"] + a.figure("supplied_power") * 1000 * ef - fuel


def landfill_gas(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Captured CH4·GWP·(1 − OX) + E·EF; the cover would have oxidised a part. E is left out when not declared."""
    avoided = a.figure("captured_methane") * p["gwp_ch4"] * (1 - p["landfill_oxidation"])
    return avoided + np.nan_to_num(a.energy_mwh) * ef


def sludge(a: Activity, p: Defaults, ef: Number) -> Floats:
    """[Landfill CH4·(1 − OX) − leaked CH4]·GWP + E·EF: the digester's own methane is no saving."""
    avoided = a.figure("baseline_methane") * (1 - p["landfill_oxidation"]) - a.figure("leaked_methane")
    return avoided * p["gwp_ch4"] + np.nan_to_num(a.energy_mwh) * ef


def waste_to_energy(a: Activity, p: Defaults, ef: Number) -> Floats:
    """W·(landfill methane − fossil carbon) + E·EF, W = t/d × days; the baseline landfill recovers its gas."""
    waste = a.capacity * p["operating_days"]
    energy = np.where(np.isnan(a.output), waste * p["net_power"], a.energy_mwh)
    return waste * (p["landfill_methane"] - p["fossil_carbon"]) + energy * ef


def electric_vehicle(a: Activity, p: Defaults, ef: Number) -> Floats:
    """km/100·(fuel·EF_diesel − power·EF/η)/1000, km declared (in 10^4 km), else vehicles × a default if any."""
    per_100_km = p["fuel_use"] * p["diesel_per_l"] - p["power_use"] * ef / p["charger_efficiency"]
    by_default = a.capacity * p.get("distance", np.nan)
    return np.where(np.isnan(a.output), by_default, a.output * 10_000) / 100 * per_100_km / 1000


def charging(a: Activity, p: Defaults, ef: Number) -> Floats:
    """E·(fuel/power·EF_gasoline − EF/η): the charged kWh replace the gasoline for the same distance."""
    replaced = p["fuel_use"] / p["power_use"] * p["gasoline_per_l"]
    return _power_mwh(a) * (replaced - ef / p["charger_efficiency"])


def shore_power(a: Activity, p: Defaults, ef: Number) -> Floats:
    """E·(fuel per kWh·EF_fuel − EF/η)."""
    return _power_mwh(a) * (p["fuel_use"] * p["fuel_factor"] - ef / p["supply_efficiency"])


def _power_mwh(a: Activity) -> Floats:
    """Declared energy, or kW × declared hours; there is no default for the hours."""
    return np.where(np.isnan(a.output), a.capacity * a.hours / 1000, a.energy_mwh)


def lng_ship(a: Activity, p: Defaults, ef: Number) -> Floats:
    """LNG·[EF_LNG/(1 − saving) − EF_LNG − slip·GWP]; may be negative."""
    baseline = p["lng_factor"] / (1 - p["co2_saving"])
    return a.output * (baseline - p["lng_factor"] - p["methane_slip"] * p["gwp_ch4"])


def electric_ship(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Replaced diesel·EF_diesel − E·EF/η."""
    return a.figure("replaced_diesel") * p["diesel_per_kg"] - a.energy_mwh * ef / p["charger_efficiency"]


def area_rate(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Area × net rate per ha; the published rate is net, so no second deduction."""
    return a.capacity * p["net_sequestration"]


def fertiliser(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Area·ΔN·[production + N2O − organic share·N2O]; soil carbon is off, haulage is not counted."""
    n2o = p["direct_n2o"] + p["indirect_n2o"]
    return a.capacity * p["nitrogen_saved"] * (p["production_factor"] + n2o - p["organic_share"] * n2o)


def industrial(a: Activity, p: Defaults, ef: Number) -> Floats:
    """ΔE·EF when power is declared, else saved tce × fuel factor; never both, as the tce may contain the power."""
    return np.where(np.isnan(a.output), a.capacity * p["saved_fuel"], a.energy_mwh * ef)


def ccus(a: Activity, p: Defaults, ef: Number) -> Floats:
    """Stored·(1 − heat·EF_heat − power·EF)."""
    return a.output * (1 - p["capture_heat"] * p["purchased_heat"] - p["capture_power"] * ef)


METHODS: Mapping[str, Method] = {
    function.__name__: function
    for function in (
        solar,
        wind,
        hydro,
        added_power,
        saved_power,
        sewage,
        building,
        biogas,
        biomass_heat,
        heat_pump,
        heat_retrofit,
        landfill_gas,
        sludge,
        waste_to_energy,
        electric_vehicle,
        charging,
        shore_power,
        lng_ship,
        electric_ship,
        area_rate,
        fertiliser,
        industrial,
        ccus,
    )
}

# Methods whose activity is the project's own figure whenever they give a result at all.
_OWN_FIGURES = {
    "hydro",
    "added_power",
    "saved_power",
    "sewage",
    "biomass_heat",
    "heat_pump",
    "heat_retrofit",
    "landfill_gas",
    "sludge",
    "charging",
    "shore_power",
    "lng_ship",
    "electric_ship",
    "ccus",
}
_HOURS_COUNT = {"solar", "wind"}
_OUTPUT_COUNTS = {"solar", "wind", "building", "waste_to_energy", "industrial", "electric_vehicle"}
# Where the output is only part of the activity, measuring it does not make the whole measured.
_OUTPUT_IS_A_PART = {"waste_to_energy", "biogas", "heat_retrofit", "landfill_gas", "sludge", "electric_ship"}
# Where it is when further figures are declared.
_OUTPUT_MAY_BE_A_PART = {"sewage", "building"}


def tier(method: str, a: Activity) -> npt.NDArray[np.object_]:
    """Key of `fengwuwu.vocabulary.REDUCTION_TIER`: what the activity rests on.

    ``measured`` in operation, ``project``: the project's own figure, ``default``: capacity × a default value.
    """
    n = len(a.capacity)
    own = np.full(n, method in _OWN_FIGURES)
    if method in _OUTPUT_COUNTS:
        own |= ~np.isnan(a.output)
    if method in _HOURS_COUNT:
        own |= ~np.isnan(a.hours)
    if method == "industrial":
        own |= ~np.isnan(a.capacity)
    whole = own & np.broadcast_to(a.measured, n) & (method not in _OUTPUT_IS_A_PART)
    if method in _OUTPUT_MAY_BE_A_PART:
        whole &= np.all([np.isnan(figure) for figure in a.figures.values()], axis=0)
    return np.where(whole, "measured", np.where(own, "project", "default")).astype(object)
