"""Ask the index: by words, sounds and near misses, and by meaning where the operator named an endpoint."""

from kepu.foundation.search.queries.finding import Hit, Hits, Reason, search
from kepu.foundation.search.queries.meaning import (
    endpoint_in_use,
    guard_names,
    lacks_numpy,
    names_in,
    nearest_texts,
    open_vocabulary,
    provider_of_meanings,
    synonyms,
)

__all__ = [
    "Hit",
    "Hits",
    "Reason",
    "endpoint_in_use",
    "guard_names",
    "lacks_numpy",
    "names_in",
    "nearest_texts",
    "open_vocabulary",
    "provider_of_meanings",
    "search",
    "synonyms",
]
