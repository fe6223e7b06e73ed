"""A bound by prices: villages pay for being reached, places take the payments, and many places fall out of question."""

from dataclasses import dataclass

import numpy as np

from kepu.engines.coverage.cover import ROUNDING, Cover, exchanged
from kepu.engines.coverage.travel import Floats, Rows

_PATIENCE = 20
_LOOK_EVERY = 10


@dataclass(frozen=True, slots=True)
class Priced:
    """What the prices say.

    Args:
        plan: best plan met on the way.
        bound: no plan reaches more.
        taken: candidates that every better plan contains.
        kept: other candidates that a better plan may contain, rising.
    """

    plan: Rows
    bound: float
    taken: Rows
    kept: Rows


def priced(cover: Cover, plan: Rows, bound: float, *, rounds: int) -> Priced:
    """Find prices that make the bound small, and leave out the candidates that cannot belong to a better plan.

    For prices 0 ≤ u ≤ w no plan reaches more than Σ(w − u) + the k largest sums of u over the classes of a place. A candidate that is not
    among those k and would make the bound fall to what is reached already belongs to no better plan; one that is among them and would do so by
    leaving belongs to all of them.

    Args:
        cover: the model.
        plan: a good plan.
        bound: what is known already.
        rounds: steps of the prices; so the answer does not depend on the clock.

    Source:
        Lagrangian relaxation: R. D. Galvão and C. ReVelle, European Journal of Operational Research 88 (1996), 114–123; steps of M. Held,
        P. Wolfe and H. P. Crowder, Mathematical Programming 6 (1974), 62–88.
    """
    width, k, weight = cover.covers.shape[1], cover.k, cover.weight
    value, raw = cover.reached(plan), 0.0
    price = weight / np.maximum(np.asarray(cover.covers.sum(axis=1)), 1)
    best_price, best, step, idle = price, np.inf, 1.0, 0
    for turn in range(rounds):
        income = cover.places @ price
        top = np.sort(np.argsort(-income, kind="stable")[:k])
        now = float((weight - price).sum() + income[top].sum())
        if now < best * (1 - 1e-7):
            best, best_price, idle = now, price, 0
        elif (idle := idle + 1) > _PATIENCE:
            step, idle, price = step / 1.5, 0, best_price
            continue
        if turn % _LOOK_EVERY == 0 and (worth := cover.reached(top)) > raw:
            raw, better = worth, exchanged(cover, top.astype(np.int64))
            if (found := cover.reached(better)) > value:
                plan, value = better, found
        chosen = np.zeros(width)
        chosen[top] = 1.0
        short = cover.covers @ chosen - 1.0
        length = float(short @ short)
        if length == 0 or now - value <= ROUNDING * now or step < 1e-6:  # noqa: PLR2004 no step left
            break
        price = np.clip(price - step * (now - value) / length * short, 0.0, weight)
    return Priced(plan, min(bound, best * (1 + ROUNDING)), *in_question(cover, best_price, value))


def bound_of(cover: Cover, price: Floats) -> float:
    """No plan reaches more than this, whatever the prices between 0 and the weights."""
    income = np.sort(cover.places @ price)[::-1]
    return float((cover.weight - price).sum() + income[: cover.k].sum()) * (1 + ROUNDING)


def in_question(cover: Cover, price: Floats, value: float) -> tuple[Rows, Rows]:
    """Give the candidates that every plan better than `value` contains, and the others that one may contain.

    Args:
        cover: the model.
        price: shape (classes,), between 0 and the weights.
        value: what a plan reaches already.
    """
    income = cover.places @ price
    order = np.argsort(-income, kind="stable")
    top, rest = order[: cover.k], order[cover.k :]
    bound = float((cover.weight - price).sum() + income[top].sum())
    # A better plan reaches one person more where people are whole.
    better = (value + 1 if cover.is_whole else value) - ROUNDING * (1 + bound)
    out = rest[bound - income[top[-1]] + income[rest] < better] if len(rest) else rest
    stays = bound - income[top] + (income[rest[0]] if len(rest) else 0.0) < better
    kept = np.setdiff1d(np.arange(cover.covers.shape[1]), np.concatenate((out, top[stays])))
    return np.sort(top[stays]).astype(np.int64), kept.astype(np.int64)
