"""Plans to hold the best one against: near-optimal ones that differ, simple ways of choosing, counties alone."""
