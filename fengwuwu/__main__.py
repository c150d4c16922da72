"""``python -m fengwuwu`` is the ``fengwuwu`` command."""

from fengwuwu.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
