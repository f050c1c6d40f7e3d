"""Whether two texts say the same, where one of them hides personal words that the other has no way to know of."""

from __future__ import annotations

import re
from typing import Final

from fulfillspec.evidence.redaction import PSEUDONYM, blurred

_WORD: Final = re.compile(r'[^"\\\n«»]{3,200}')
"""What a run may have met as a personal value, and hidden wherever it stands in a sentence."""


def alike(stored: str, made: str) -> bool:
    """Tell whether a stored text is the one that was made anew from a recording.

    A run hides each personal value that it met in every text, a product called after a customer included; a recording
    no longer says which values those were. So a pseudonym of `stored` may stand for a word of `made`: each for one and
    the same word everywhere, and each word for one pseudonym.
    """
    hidden = list(PSEUDONYM.finditer(stored))
    if not hidden or blurred(stored) == blurred(made):
        return blurred(stored) == blurred(made)
    ends = [*(each.start() for each in hidden[1:]), len(stored)]
    words: dict[str, str] = {}
    at = hidden[0].start()
    if made[:at] != stored[:at]:
        return False
    for each, end in zip(hidden, ends, strict=True):
        following = stored[each.end() : end]
        other = PSEUDONYM.match(made, at)
        if other is not None and blurred(other[0]) == blurred(each[0]):
            at = other.end()
        else:
            word = words.setdefault(each[0], made[at : made.find(following, at)] if following else made[at:])
            if not _WORD.fullmatch(word) or not made.startswith(word, at):
                return False
            at += len(word)
        if not made.startswith(following, at):
            return False
        at += len(following)
    return at == len(made) and len(set(words.values())) == len(words)
