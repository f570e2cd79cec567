"""Whom and what a name in a file stands for, where a person said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NameMap:
    """Primary keys by compared name (`clienthealth.base.text.name_key`); people also by e-mail, lower-cased.

    It is asked only for a name that nobody or several have: an exact match needs no map. A key that is gone is none.
    """

    clients: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)


NOTHING_CHOSEN = NameMap()
