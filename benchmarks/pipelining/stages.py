"""What a process of stage.py does; needs Django set up."""

import csv
import os
import random
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
from django.core.management import call_command
from pairing.counting import compared

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition, Record, Work
from hyllan.protocols.marc import (
    ControlField,
    DataField,
    MarcRecord,
    Subfield,
    read_one,
    split_marc,
    write_marc,
)
from hyllan.region.clock import now
from hyllan.region.models import Library

HOUSE = Path(__file__).parents[2]
NIGHT = "night"
SHARE = 0.01


def prepare(_corpus: Path) -> dict[str, object]:
    """Make the tables and load the region."""
    call_command("migrate", verbosity=0)
    quiet = {"stdout": StringIO(), "stderr": StringIO()}
    call_command("load-region", str(HOUSE / "regions" / "skane"), verbosity=0, **quiet)
    return {}


def load(corpus: Path) -> dict[str, object]:
    """Import every file for its organisation."""
    for path in sorted(corpus.glob("*.mrc")):
        main = Library.objects.filter(organisation__code=path.stem).order_by("pk")[0]
        services.import_records(library=main, files=[(path.name, path.read_bytes())], now=now())
    return {}


def match(_corpus: Path) -> dict[str, object]:
    """Match what is due."""
    services.match_changed(now=now())
    return {}


def index(_corpus: Path) -> dict[str, object]:
    """Index what is due; all, where there is no index."""
    services.index_changed(now=now())
    return {}


def judge(corpus: Path) -> dict[str, object]:
    """Compare editions and works with the truth."""
    with (corpus / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {
            (row["library"], row["record"]): (row["edition"], row["work"])
            for row in csv.DictReader(file)
        }
    numbers: dict[str, int] = {}
    rows = []
    named = Record.objects.filter(deleted=False).values_list(
        "source__organisation__code", "identifier", "edition_id", "edition__work_id"
    )
    for code, identifier, edition, work in named.iterator(chunk_size=10_000):
        true = truth[code, identifier.rpartition(":")[2]]
        rows.append((edition, work, *(numbers.setdefault(each, len(numbers)) for each in true)))
    found = np.array(rows, np.int64)
    scores = {
        "score": compared(found[:, 0], found[:, 2]),
        "work_score": compared(found[:, 1], found[:, 3]),
    }
    return {
        "records": len(rows),
        "editions": Edition.objects.filter(gone=False, merged_into=None).count(),
        "works": Work.objects.count(),
        **{name: [it.right, it.said, it.true] for name, it in scores.items()},
    }


def change(corpus: Path) -> dict[str, object]:
    """Write files of one record in a hundred, each with another subtitle, year or item."""
    drawn = random.Random(1)  # noqa: S311 - a benchmark's draw
    folder = Path(os.environ["HYLLAN_HOME"]) / NIGHT
    folder.mkdir(exist_ok=True)
    for path in sorted(corpus.glob("*.mrc")):
        changed = []
        for chunk, _ in split_marc(path.read_bytes()):
            if drawn.random() >= SHARE:
                continue
            record = read_one(chunk)
            if not isinstance(record, MarcRecord):
                continue
            note = DataField("500", " ", " ", (Subfield("a", f"Rättad {drawn.random():.6f}."),))
            controls = record.control_fields
            if drawn.random() < 0.3:
                controls = tuple(
                    ControlField(it.tag, it.value[:7] + "1999" + it.value[11:])
                    if it.tag == "008"
                    else it
                    for it in controls
                )
            changed.append(
                write_marc(
                    replace(
                        record, control_fields=controls, data_fields=(*record.data_fields, note)
                    )
                )
            )
        (folder / path.name).write_bytes(b"".join(changed))
    return {}


def night(_corpus: Path) -> dict[str, object]:
    """Import what the night brought, match and index it, as the worker's timer does."""
    return {
        **load(Path(os.environ["HYLLAN_HOME"]) / NIGHT),
        **match(_corpus),
        **index(_corpus),
    }


STAGES: dict[str, Callable[[Path], dict[str, object]]] = {
    "prepare": prepare,
    "load": load,
    "match": match,
    "index": index,
    "judge": judge,
    "change": change,
    "night": night,
}
