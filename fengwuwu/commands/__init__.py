"""The commands, a file per group: what its arguments are, and what it does.

``add`` of each file puts its command on the parser. Heavy imports happen inside the functions, so that ``--help``
answers at once.
"""

from fengwuwu.commands import assess, check, explain, lab, library, main_job, optimize, report, siting

IN_ORDER_OF_HELP = (main_job, library, siting, assess, optimize, explain, report, check, lab)
