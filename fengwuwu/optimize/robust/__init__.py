"""What a plan is worth when the figures turn out otherwise: draws, regret, a conservative plan, ranked assumptions."""
