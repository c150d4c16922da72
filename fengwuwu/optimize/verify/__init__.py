"""An independent re-check of a plan from its public tables alone, with numpy and pandas."""
