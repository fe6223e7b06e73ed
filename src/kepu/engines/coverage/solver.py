"""The process that searches for sites: a model comes in on standard input, lines of JSON go out as it finds and proves."""

import json
import os
import sys
from io import BytesIO
from time import monotonic
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from kepu.engines.coverage.cover import Cover, exchanged, greedy, reduced
from kepu.engines.coverage.prices import bound_of, in_question

_SOME = 1e-6


def solve() -> None:
    """Read a model; solve it without whole numbers for its prices; search among the candidates these leave in question."""
    given = np.load(BytesIO(sys.stdin.buffer.read()))
    _keep_answers_apart()
    width, k, gap, seconds, nodes = given["numbers"].tolist()
    ends = monotonic() + seconds
    shape = (len(given["weight"]), int(width))
    covers = csr_array((np.ones(len(given["indices"])), given["indices"], given["indptr"]), shape=shape)
    cover = Cover(covers, covers.T.tocsr(), given["weight"], int(k))
    price, use = _relaxed(cover, seconds)
    plan, bound = given["start"], bound_of(cover, price)
    rounded = exchanged(cover, np.sort(np.argsort(-use, kind="stable")[: cover.k]).astype(np.int64))
    if cover.reached(rounded) > cover.reached(plan):
        plan = rounded
    _tell(plan=plan.tolist(), bound=bound)
    taken, kept = in_question(cover, price, cover.reached(plan))
    hinted = np.intersect1d(kept, np.union1d(np.flatnonzero(use > _SOME), plan))
    if len(hinted) < len(kept):  # a small search first: a better plan leaves less in question
        plan = _searched(cover, plan, taken, hinted, (gap, ends - monotonic(), nodes), is_all=False)
        taken, kept = in_question(cover, price, cover.reached(plan))
    _searched(cover, plan, taken, kept, (gap, ends - monotonic(), nodes), is_all=True)


def _relaxed(cover: Cover, seconds: float) -> tuple[Any, Any]:
    """Prices of the classes and use of the places where places may be chosen in part."""
    highs = _highs(seconds)
    lp = _model(cover)
    lp.integrality_ = []
    highs.passModel(lp)
    highs.run()
    solution = highs.getSolution()
    dual = np.asarray(solution.row_dual)[: len(cover.weight)]
    return np.clip(np.abs(dual), 0, cover.weight), np.asarray(solution.col_value)[: cover.covers.shape[1]]


def _searched(
    cover: Cover, plan: Any, taken: Any, kept: Any, limits: tuple[float, float, float], *, is_all: bool
) -> Any:
    """Search among plans of `taken` and some of `kept`; tell what is found, and what is proven if no other can be better."""
    gap, seconds, nodes = limits
    value, base = cover.reached(plan), cover.reached(taken)
    rest = reduced(cover, taken, kept)
    if not rest.k or not len(rest.weight):
        _tell(plan=taken.tolist(), **({"bound": max(value, base), "ended": "proven"} if is_all else {}))
        return taken if base > value else plan
    highs = _highs(max(0.1, seconds))
    for name, setting in (
        ("mip_rel_gap", gap), ("mip_abs_gap", 0.999 if cover.is_whole else 1e-6), ("mip_max_nodes", int(nodes)),
    ):  # fmt: skip
        highs.setOptionValue(name, setting)
    highs.passModel(_model(rest))
    inner, same = exchanged(rest, greedy(rest)), np.searchsorted(kept, np.intersect1d(plan, kept))
    highs.setSolution(_start(rest, same if rest.reached(same) > rest.reached(inner) else inner))

    def chosen(values: Any) -> list[int] | None:
        if len(values) < len(kept):
            return None
        return [*taken.tolist(), *kept[np.asarray(values[: len(kept)]) > 0.5].tolist()]  # noqa: PLR2004 a whole number

    def at_most(bound: float) -> float | None:
        return max(value, base + bound) if np.isfinite(bound) and is_all else None

    highs.cbMipImprovingSolution.subscribe(lambda event: _tell(plan=chosen(event.data_out.mip_solution)))
    highs.cbMipLogging.subscribe(lambda event: _tell(bound=at_most(event.data_out.mip_dual_bound)))
    highs.run()
    info, last = highs.getInfo(), chosen(highs.getSolution().col_value)
    if not is_all:
        _tell(plan=last)
    else:
        ended = {
            highspy.HighsModelStatus.kOptimal: "proven",
            highspy.HighsModelStatus.kSolutionLimit: "nodes",
            highspy.HighsModelStatus.kTimeLimit: "fuse",
        }.get(highs.getModelStatus(), "start")
        _tell(plan=last, bound=at_most(info.mip_dual_bound), nodes=max(0, info.mip_node_count), ended=ended)
    found = np.array(sorted(last or []), dtype=np.int64)
    return found if cover.reached(found) > value else plan


def _highs(seconds: float) -> Any:
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("time_limit", seconds)):
        highs.setOptionValue(name, setting)
    return highs


def _model(cover: Cover) -> Any:
    """Maximise Σ w·y with y ≤ Σ x of its candidates, Σ x ≤ k, x whole, y free between 0 and 1."""
    (classes, places), indptr, indices = cover.covers.shape, cover.covers.indptr, cover.covers.indices
    columns = places + classes
    # Row by row: the classes, then the number of places.
    lengths = np.append(np.diff(indptr) + 1, places)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    index = np.insert(indices, indptr[1:], places + np.arange(classes)).astype(np.int32)
    value = np.insert(-np.ones(len(indices)), indptr[1:], 1.0)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, classes + 1
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate((np.zeros(places), cover.weight))
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_ = np.full(classes + 1, -highspy.kHighsInf)
    lp.row_upper_ = np.append(np.zeros(classes), float(cover.k))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = starts
    lp.a_matrix_.index_ = np.concatenate((index, np.arange(places, dtype=np.int32)))
    lp.a_matrix_.value_ = np.concatenate((value, np.ones(places)))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * places + [highspy.HighsVarType.kContinuous] * classes
    return lp


def _start(cover: Cover, plan: Any) -> Any:
    x = np.zeros(cover.covers.shape[1])
    x[plan] = 1
    solution = highspy.HighsSolution()
    solution.col_value = np.concatenate((x, cover.times(plan) > 0)).tolist()
    return solution


def _keep_answers_apart() -> None:
    """HiGHS says a word on standard output even when told not to: only ours may go there."""
    sys.stdout = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 1)


def _tell(**found: object) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    solve()
