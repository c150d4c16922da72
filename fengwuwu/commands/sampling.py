"""The options of seeded sampling, shared by ``assess`` and ``library show``."""

from __future__ import annotations

import argparse

from fengwuwu.commands.options import Options, positive, whole
from fengwuwu.errors import InputError

MOST_DRAWS = 100_000
SEED = 1


def sampling(parser: argparse.ArgumentParser) -> None:
    """Put ``--draws`` and ``--seed`` on a parser."""
    parser.add_argument(
        "--draws", type=positive, metavar="次数", help="在缺省参数的区间内抽样这么多次，给出 5 %%、50 %%、95 %% 分位数"
    )
    parser.add_argument(
        "--seed", type=whole(0), metavar="种子", help=f"抽样的随机种子（默认 {SEED}）；同一种子每次结果相同"
    )


def wanted(options: Options) -> tuple[int, int] | None:
    """Draws and seed, or None when no sampling is asked for.

    Raises
    ------
    InputError
        When a seed comes without draws, or the draws are too many.
    """
    if options.draws is None:
        if options.seed is not None:
            raise InputError("--seed 只在抽样时有用。", remedy="请同时给出 --draws 次数，或去掉 --seed。")
        return None
    if options.draws > MOST_DRAWS:
        raise InputError(f"抽样次数最多 {MOST_DRAWS}，给出的是 {options.draws}。", remedy="一般 1000 次已足够。")
    return options.draws, SEED if options.seed is None else options.seed
