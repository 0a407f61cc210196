"""Use cases: the only code that writes transport's tables."""

from hyllan.transport.services.network import load_network, make_crates
from hyllan.transport.services.packing import (
    close_crate,
    close_crates,
    empty_crate,
    pack_item,
    take_out_item,
)
from hyllan.transport.services.vans import load_crate, scan_crate, unload_crate

__all__ = [
    "close_crate",
    "close_crates",
    "empty_crate",
    "load_crate",
    "load_network",
    "make_crates",
    "pack_item",
    "scan_crate",
    "take_out_item",
    "unload_crate",
]
