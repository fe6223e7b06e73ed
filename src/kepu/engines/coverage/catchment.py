"""Two-step floating catchment: how much supply each village has, after all who share it have had theirs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from kepu.engines.coverage.travel import Floats, Reach


@dataclass(frozen=True, slots=True)
class Decay:
    """How a longer way counts less.

    Args:
        sigma_min: width of the Gaussian exp(−t²/2σ²) in minutes, > 0; None counts every way within the limit in full.

    Source:
        None: W. Luo and F. Wang, Environment and Planning B 30 (2003), 865–884. Gaussian: the kernel of McGrail and Humphreys, Applied
        Geography 29 (2009), 533–541, in the form used by PySAL `access` (`weights.gaussian`), not set to 0 at the limit.

    Examples:
        >>> Decay(20).weights(np.array([0.0, 20.0])).round(4).tolist()
        [1.0, 0.6065]
    """

    sigma_min: float | None = None

    def __post_init__(self) -> None:
        """Check the width."""
        if self.sigma_min is not None and not self.sigma_min > 0:
            raise ValueError("sigma_min: must be above 0")

    def weights(self, minutes: Floats) -> Floats:
        """Give the weight of ways of so many minutes: 1 at the door."""
        if self.sigma_min is None:
            return np.ones_like(minutes)
        return np.exp(-(minutes**2) / (2 * self.sigma_min**2))


@dataclass(frozen=True, slots=True)
class Scores:
    """Supply per person.

    Args:
        score: shape (villages, groups). Supply units per person that a person of the village has; 0 where nothing is in reach.
        is_reached: shape (villages,). Whether any place is within the limit, whatever it has to offer.
        supply_per_person: shape (places, groups). What each place has for each person around it; 0 where nobody is.
    """

    score: Floats
    is_reached: NDArray[np.bool_]
    supply_per_person: Floats


def group_scores(reach: Reach, people: ArrayLike, supply: ArrayLike, *, decay: Decay = Decay()) -> Scores:
    """Score the villages for several groups of people, each group alone against the common supply.

    That is a choice of policy: a group is scored as if the others did not come, so groups may be compared with one another, but their
    scores do not add up to anything. To score everybody in competition with everybody, give everybody as a group of its own.

    A village out of reach has score 0 and counts as such in every mean, share and index: leaving it out would make a city that
    forgets its outskirts look equal.

    Args:
        reach: from n villages to m places.
        people: shape (n, g). People of each group in each village, ≥ 0.
        supply: shape (m,). What each place has to give, in any one unit (seats, square metres, hours), ≥ 0.
        decay: how a longer way counts less.

    Raises:
        ValueError: shapes differ, or something is negative or no number.

    Source:
        Luo and Wang (2003); with decay the enhanced method of Luo and Qi, Health & Place 15 (2009), 1100–1107.
    """
    crowd, offer = np.asarray(people, dtype=np.float64), np.asarray(supply, dtype=np.float64)
    if crowd.ndim != 2 or crowd.shape[0] != reach.height:  # noqa: PLR2004 a table
        raise ValueError(f"people: must have the shape ({reach.height}, groups)")
    if offer.shape != (reach.width,):
        raise ValueError(f"supply: must have the shape ({reach.width},)")
    for name, values in (("people", crowd), ("supply", offer)):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError(f"{name}: must be finite and at least 0")
    weights = csr_array(
        (decay.weights(reach.minutes), reach.destinations, reach.starts), shape=(reach.height, reach.width)
    )
    wanting = weights.T @ crowd
    per_person = np.divide(offer[:, None], wanting, out=np.zeros_like(wanting), where=wanting > 0)
    return Scores(np.asarray(weights @ per_person), np.diff(reach.starts) > 0, per_person)


def two_step(reach: Reach, people: ArrayLike, supply: ArrayLike, *, decay: Decay = Decay()) -> Scores:
    """Score the villages for one group; as `group_scores`, with columns of one.

    Args:
        reach: from n villages to m places.
        people: shape (n,).
        supply: shape (m,).
        decay: how a longer way counts less.

    Examples:
        >>> from kepu.engines.coverage import reach_by_table
        >>> reach = reach_by_table("abb", "xxy", [5, 5, 5], origins="abc", destinations="xy", limit_min=30)
        >>> two_step(reach, [100, 300, 50], [40, 30]).score[:, 0].tolist()
        [0.1, 0.2, 0.0]
    """
    return group_scores(reach, np.asarray(people, dtype=np.float64)[:, None], supply, decay=decay)
