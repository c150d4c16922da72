"""Why a project is funded or not, what would change it, and what money and rules are worth: by solving again."""
