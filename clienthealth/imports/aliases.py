"""The names people have mapped, for all that read files."""

from collections.abc import Mapping
from typing import Any

from clienthealth.base.text import name_key
from clienthealth.imports.models import NameAlias
from clienthealth.imports.names import NameMap

Kind = NameAlias.Kind


def remembered(clients: Mapping[str, int] | None = None, people: Mapping[str, int] | None = None) -> NameMap:
    """What names stand for by all that people said so far, and by what somebody is saying now, which goes first."""
    found: dict[str, dict[str, int]] = {Kind.CLIENT: {}, Kind.PERSON: {}}
    for kind, key, client_id, person_id in NameAlias.objects.values_list("kind", "name_key", "client", "person"):
        found[kind][key] = client_id or person_id
    return NameMap({**found[Kind.CLIENT], **(clients or {})}, {**found[Kind.PERSON], **(people or {})})


def remember(kind: str, name: str, target_id: int, author: Any) -> None:
    """From now on the name stands for this client or person, whatever it stood for before."""
    NameAlias.objects.bulk_create(
        [NameAlias(kind=kind, name=name, name_key=name_key(name), author=author, **{f"{kind}_id": target_id})],
        update_conflicts=True,
        unique_fields=["kind", "name_key"],
        update_fields=["name", f"{kind}_id", "author"],
    )
