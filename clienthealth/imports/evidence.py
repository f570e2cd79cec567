"""What the cells of a column say, all together, about how to read each of them."""

from abc import ABC, abstractmethod
from typing import ClassVar

from clienthealth.imports.cells import Options


class Evidence(ABC):
    """Weighs the cells of one column."""

    option: ClassVar[str] = ""
    """Settles what they leave open, one of `choices`; empty where they never leave anything open."""
    choices: ClassVar[tuple[str, ...]] = ()

    @property
    def example(self) -> str:
        """A cell that may be read in several ways."""
        return ""

    @abstractmethod
    def weigh(self, cell: str, times: int) -> None:
        """Count a cell that stands in the column so many times."""

    @abstractmethod
    def settle(self, options: Options) -> Options | None:
        """The options to read the column with; None where that remains open."""
