"""Why two records are together, or not: every outcome with what it weighs."""

from dataclasses import dataclass

import numpy as np

from hyllan.catalogue.engine.matching.compare import NAMES, OUTCOMES, compare
from hyllan.catalogue.engine.matching.model import (
    CONTRADICTIONS,
    contradicted,
    log_odds,
    probability,
)
from hyllan.catalogue.engine.matching.profile import profile_of
from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.matching.weights import WEIGHTS
from hyllan.catalogue.engine.normalise import Description


@dataclass(frozen=True, slots=True)
class Reason:
    what: str  # one of OUTCOMES
    left: str  # as the records say it; empty: nothing
    right: str
    outcome: str  # one of OUTCOMES[what]
    weight: float  # log-odds: above 0 speaks for one edition


@dataclass(frozen=True, slots=True)
class Explanation:
    probability: float  # that they are one edition, by the model alone
    reasons: tuple[Reason, ...]  # the weightiest first
    contradiction: str  # one of CONTRADICTIONS, or empty; then they are never joined


def explain(one: Description, other: Description) -> Explanation:
    """Return how the model sees two records; `silent` outcomes are left out."""
    table = Table.of(map(profile_of, (one, other)))
    outcomes = compare(table, np.array([0]), np.array([1]))
    veto = int(contradicted(outcomes)[0])
    reasons = [
        Reason(
            what, _said(one, what), _said(other, what), said, WEIGHTS.get(what, {}).get(said, 0.0)
        )
        for what, place in zip(NAMES, outcomes[0].tolist(), strict=True)
        if (said := OUTCOMES[what][place]) != "silent"
    ]
    reasons.sort(key=lambda reason: (-abs(reason.weight), NAMES.index(reason.what)))
    return Explanation(
        probability=0.0 if veto else float(probability(log_odds(outcomes))[0]),
        reasons=tuple(reasons),
        contradiction=[*CONTRADICTIONS][veto - 1] if veto else "",
    )


def _said(described: Description, what: str) -> str:
    head, _, rest = described.title.partition(" : ")
    numbers = (*described.eans, *described.publisher_numbers, *described.issns, *described.uris)
    return {
        "isbn": ", ".join((*described.isbns, *described.wrong_isbns)),
        "number": ", ".join(numbers),
        "libris": ", ".join(described.libris_ids),
        "title": head,
        "rest": rest,
        "figures": described.title,
        "volume": described.part_number or described.title,
        "name": described.main_entry or described.statement or described.responsible,
        "company": "; ".join(described.names) or described.statement,
        "year": str(described.year or ""),
        "extent": described.extent,
        "units": described.extent,
        "publisher": described.publisher,
        "edition": described.edition_statement,
        "language": ", ".join(described.languages or (described.language,)),
        "material": described.material,
        "form": described.form,
    }[what]
