"""No plan satisfies the scenario: the smallest change after which one exists, and the rules that conflict."""
