"""Use cases: the only code that writes the catalogue's tables and its search index."""

from hyllan.catalogue.services.availability import ask_availability
from hyllan.catalogue.services.deciding import (
    MATCH,
    WHO,
    join_editions,
    join_works,
    may_decide,
    say_apart,
    say_together,
    split_edition,
    split_record,
    take_back,
)
from hyllan.catalogue.services.harvesting import HarvestResult, Progress, harvest, harvest_all
from hyllan.catalogue.services.importing import ImportResult, import_records
from hyllan.catalogue.services.indexing import IndexResult, index_changed, rebuild_index
from hyllan.catalogue.services.items import item_status, lock_item
from hyllan.catalogue.services.matching import MatchResult, match_all, match_changed
from hyllan.catalogue.services.saving import (
    forget_search,
    mark_seen,
    rename_search,
    save_search,
)
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
    "MATCH",
    "WHO",
    "HarvestResult",
    "ImportResult",
    "IndexResult",
    "MatchResult",
    "Progress",
    "ReplayResult",
    "add_source",
    "ask_availability",
    "ask_harvest",
    "change_source",
    "forget_search",
    "harvest",
    "harvest_all",
    "import_records",
    "index_changed",
    "item_status",
    "join_editions",
    "join_works",
    "lock_item",
    "mark_seen",
    "match_all",
    "match_changed",
    "may_decide",
    "rebuild_index",
    "rename_search",
    "replay",
    "replay_all",
    "save_search",
    "say_apart",
    "say_together",
    "split_edition",
    "split_record",
    "take_back",
]
