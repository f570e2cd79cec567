"""What a preset is: how a program's export is recognised, and which of its columns says what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clienthealth.imports.headers import Signature, tidy
from clienthealth.imports.kinds.base import Kind


@dataclass(frozen=True)
class Preset:
    """A program's export. `spellings`: for each column of the kind the headers it may stand under, the best first."""

    name: str
    title: str
    """As people call it."""
    kind: type[Kind]
    signatures: tuple[Signature, ...]
    spellings: Mapping[str, tuple[str, ...]]

    def columns(self, titles: Sequence[str]) -> list[str]:
        """For each column of a file the column of the kind it holds; "" where it is none that is read.

        Of several that hold the same, the one spelled best counts; of several spelled alike, the first.
        """
        headers = [tidy(title) for title in titles]
        found = [""] * len(headers)
        for column, spellings in self.spellings.items():
            index = next((headers.index(spelling) for spelling in spellings if spelling in headers), None)
            if index is not None:
                found[index] = column
        return found
