"""Use cases: the only code that writes the catalogue's tables and its search index."""

from hyllan.catalogue.services.harvesting import HarvestResult, Progress, harvest, harvest_all
from hyllan.catalogue.services.importing import ImportResult, import_records
from hyllan.catalogue.services.indexing import IndexResult, index_changed, rebuild_index
from hyllan.catalogue.services.items import item_status, lock_item
from hyllan.catalogue.services.sources import (
    HARVEST,
    ReplayResult,
    add_source,
    ask_harvest,
    change_source,
    replay,
    replay_all,
)

__all__ = [
    "HARVEST",
    "HarvestResult",
    "ImportResult",
    "IndexResult",
    "Progress",
    "ReplayResult",
    "add_source",
    "ask_harvest",
    "change_source",
    "harvest",
    "harvest_all",
    "import_records",
    "index_changed",
    "item_status",
    "lock_item",
    "rebuild_index",
    "replay",
    "replay_all",
]
