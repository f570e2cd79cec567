"""How the names of columns are compared, and what a set of them must and must not hold."""

from collections.abc import Collection
from dataclasses import dataclass


def tidy(cell: str) -> str:
    """A header as compared: without byte-order mark, surrounding spaces and asterisks, case-blind."""
    return written(cell).strip("*").strip().casefold()


def written(cell: str) -> str:
    """A header as the file writes it, without byte-order mark and surrounding spaces.

    A mark too many keeps the quotes around the first header from being understood as such.
    """
    marked = "\ufeff" in cell
    text = cell.replace("\ufeff", "").strip()
    return text.strip('"').strip() if marked else text


@dataclass(frozen=True)
class Signature:
    """The columns by which a program's file is known: all of `required`, one of `any_of`, none of `not_if`."""

    required: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    not_if: tuple[str, ...] = ()

    def missing(self, columns: Collection[str]) -> list[str]:
        """The required ones that are not among these columns, themselves as compared."""
        return [name for name in self.required if tidy(name) not in columns]

    def forbidden(self, columns: Collection[str]) -> list[str]:
        return [name for name in self.not_if if tidy(name) in columns]

    def fits(self, columns: Collection[str]) -> bool:
        has_one = not self.any_of or any(tidy(name) in columns for name in self.any_of)
        return has_one and not self.missing(columns) and not self.forbidden(columns)
