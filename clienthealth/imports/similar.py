"""Which known names a name in a file may be another spelling of."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from clienthealth.base.text import name_key

FEW = 3
ALIKE = 0.6
LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        """
        ab ag as bv co company corp corporation gmbh group holding inc kft kg llc llp ltd limited nv oy plc pty sa sas
        sarl se sl spa sp spółka spolka sro srl ug zoo ооо оао зао ао пао ип тов чп
        """,
    )
)
"""Words that tell companies of one name apart only for the register."""

Named = tuple[int, str]
"""A primary key and the name."""


class Names:
    """Known names, found by the words they share: comparing each with each would take minutes."""

    def __init__(self, known: Iterable[Named]) -> None:
        self._by_word: dict[str, list[Named]] = defaultdict(list)
        for each in known:
            for word in {*_words(each[1]), *_beginnings(each[1])}:
                self._by_word[word].append(each)

    def __bool__(self) -> bool:
        return bool(self._by_word)

    def like(self, name: str) -> list[Named]:
        """The few most alike, the best first; none where nothing is alike enough."""
        own = _core(name)
        found = {each for word in {*_words(name), *_beginnings(name)} for each in self._by_word.get(word, ())}
        scored = [(_alike(own, _core(each[1])), each) for each in found]
        best = sorted(((score, each) for score, each in scored if score >= ALIKE), key=lambda pair: (-pair[0], pair[1]))
        return [each for _score, each in best[:FEW]]


def _alike(one: str, other: str) -> float:
    """From 0 to 1; 1 where only the legal form differs, and where all words of one are in the other."""
    if one == other:
        return 1.0
    words, others = set(one.split()), set(other.split())
    if words and others and (words <= others or others <= words):
        return 0.9
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _core(name: str) -> str:
    return " ".join(_words(name))


def _words(name: str) -> Sequence[str]:
    """The words that make a name; all of them where it consists of legal forms only."""
    every = re.findall(r"\w+", name_key(name).replace(".", ""))
    return [word for word in every if word not in LEGAL_FORMS] or every


def _beginnings(name: str) -> list[str]:
    """The first letters of each word, marked so that they are no words themselves."""
    return [f"{word[:3]}…" for word in _words(name) if len(word) > 3]
