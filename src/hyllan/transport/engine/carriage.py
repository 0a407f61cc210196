"""What may travel where: a small table of rules of the network, read here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Cargo(StrEnum):
    """Why a thing travels."""

    LOAN = "loan"  # to the reader who asked for it
    HOME = "home"  # a loan on its way home
    STRAY = "stray"  # handed in at another library than its own; nobody had sent it there
    STOCK = "stock"  # moves between shelves, and book boxes
    EVIDENCE = "evidence"  # a hospital library's loans to its clinicians


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One permission. Who stands in `start` or `end` is a kind of library, or a library's code."""

    cargo: Cargo
    start: tuple[str, ...] = ()  # empty: from anywhere
    end: tuple[str, ...] = ()  # empty: to anywhere

    def fits(self, start: Collection[str], end: Collection[str]) -> bool:
        """Return whether the rule allows a way between libraries of these names."""
        return all(
            not wanted or any(name in wanted for name in names)
            for wanted, names in ((self.start, start), (self.end, end))
        )


@dataclass(frozen=True, slots=True)
class Carriage:
    """The rules in force, and the kind of each library."""

    rules: tuple[Rule, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)  # by library code

    def allows(self, cargo: Cargo, start: str, end: str) -> bool:
        """Return whether it may travel so. What no rule speaks of travels everywhere."""
        about = [rule for rule in self.rules if rule.cargo == cargo]
        here, there = ((code, self.kinds.get(code, "")) for code in (start, end))
        return not about or any(rule.fits(here, there) for rule in about)

    def allows_lending(self, lender: str, reader: str) -> bool:
        """Return whether a loan may go to its reader and come home again."""
        return self.allows(Cargo.LOAN, lender, reader) and self.allows(Cargo.HOME, reader, lender)
