"""Words to syllables, by their hyphens, else by the usual rules of English spelling.

A written hyphen always wins. A sign such as ``mother--in--law`` keeps a real hyphen by doubling it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

#: Words that carry no stress in a line.
_UNSTRESSED = frozenset(
    """a an the and but or nor so to of in on at by for from with as if than that is am are was were be been i me my
    you your he him his she her it its we us our they them their will would can could shall should do does did has
    have had not""".split()  # noqa: SIM905 - prose reads better than a list of quotes
)
#: Words of songs whose spelling deceives the rules below.
_SPOKEN = {
    word.replace("-", ""): tuple(word.split("-"))
    for word in """ev-ery ev-ery-thing ev-ery-one ev-ery-where ev-ery-bo-dy eve-ning eve-nings be-ing see-ing go-ing
    do-ing say-ing rhy-thm some-one some-thing some-where some-how some-times some-time some-day some-body no-bo-dy
    for-e-ver for-e-ver-more ne-ver-more when-e-ver where-e-ver what-e-ver o-pened hap-pened lis-tened busi-ness
    love-ly love-less home-less fire-works fire-light sure-ly mean-while a-re-a i-de-a i-de-as cre-ate po-em po-ems
    cru-el ru-in li-ar di-a-mond di-a-monds vi-o-lent vi-o-let vi-o-lin oa-sis one-self there-fore yes-ter-day
    """.split()  # noqa: SIM905 - as above
}
#: Beginnings and endings that move a long word's stress off its first syllable.
_WEAK_PREFIXES = ("a", "be", "re", "de", "for", "un", "in", "en", "ex", "to", "with", "sur", "con")
_PENULTIMATE = ("tion", "sion", "cian", "ic", "tions", "sions")
_ANTEPENULTIMATE = ("ity", "ical", "ial", "ious", "eous")
_MUTE_BEFORE = re.compile(
    r"(?:ly|less|lessly|ness|ful|fully|(?<![lr]e)ments?|s?work|times?|thing|land|town|side|light|stone|name|ground)$"
)
#: Endings that sing a syllable without a vowel: does-n't, rhy-thm, chas-m.
_VOWELLESS = re.compile(r"(?<=[sd])n(?='t$)|(?<=[aeiou]s)m(?=s?$)")

#: Writing in which a character is a syllable: Chinese, Japanese (small letters and the long sign apart), Korean.
_CHARACTER = "[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # compiled when it is needed: that takes 3 ms
_CHARACTERS = re.compile(r"(?:^\W+)?\w[ぁぃぅぇぉゃゅょゎァィゥェォャュョヮー]*\W*")
_VOWELS = re.compile(r"[aeiouyáéíóúàèìòùâêîôûäëïöüãõåæø]+", re.IGNORECASE)
_ONSETS = frozenset(
    """b c d f g h j k l m n p q r s t v w x z bl br ch cl cr dr dw fl fr gl gr kl kn kr ph pl pr qu sc sch scr sh shr
    sk sl sm sn sp sph spl spr squ st str sw th thr tr tw wh wr""".split()  # noqa: SIM905 - as above
)
#: Vowels side by side that are two syllables (qui-et, ra-di-o, play-ing), cut after the first match's end …
_HIATUS = re.compile(r"i(?=ou|et|[aou])|(?<=[^aeiou])i(?=er)|e(?=o)|u(?=a)|[aeou]y(?=[aeiou])|y(?=i)|(?<=cr)e(?=at)")
#: … unless the letters about them say otherwise (na-tion, gra-cious, peo-ple, guard).
_NO_HIATUS = re.compile(r"[tscgx]i[aou]|[tscgx]ier|eo(?:us|n|p)|[gq]ua|peo|geo|(?:[cst]|^)ie|[ln]ion|you(?!n)")


def syllabify(word: str) -> tuple[str, ...]:
    """The syllables of a word as written; they join to the word without its hyphens.

    >>> syllabify("call-ing"), syllabify("harbour"), syllabify("Ev'-ry"), syllabify("waited")
    (('call', 'ing'), ('har', 'bour'), ("Ev'", 'ry'), ('wai', 'ted'))
    """
    plain = word.replace("--", "\0")
    if "-" in plain:
        return tuple(piece.replace("\0", "-") for piece in plain.split("-") if piece) or (word,)
    *heads, last = plain.split("\0")
    found = [piece for part in heads for piece in _and_hyphen(_by_spelling(part))] + _by_spelling(last)
    return tuple(found) or (word,)


def _and_hyphen(pieces: list[str]) -> list[str]:
    return [*pieces[:-1], f"{pieces[-1]}-"] if pieces else ["-"]


def _by_spelling(word: str) -> list[str]:
    """Divide before the largest cluster of consonants that can begin an English syllable."""
    if not word.isascii() and re.search(_CHARACTER, word):
        return [match[0] for match in _CHARACTERS.finditer(word)]
    plain = re.sub(r"[^\w]", "", word.lower())
    if plain in _SPOKEN and plain in word.lower():
        return _cut_like(word, _SPOKEN[plain])
    bounds = [0, *(_cut(word, end, start) for (_, end), (start, _) in itertools.pairwise(_nuclei(word))), len(word)]
    return [word[a:b] for a, b in itertools.pairwise(bounds) if a < b]


def _cut_like(word: str, pieces: Sequence[str]) -> list[str]:
    """Divide as ``pieces`` are divided; signs about the word stay with its outer syllables."""
    lead = len(word) - len(word.lstrip("\"'([“‘¿¡"))
    bounds = [0, *(lead + end for end in itertools.accumulate(map(len, pieces[:-1]))), len(word)]
    return [word[a:b] for a, b in itertools.pairwise(bounds)]


def _cut(word: str, end: int, start: int) -> int:
    """Where to divide the consonants between two vowels."""
    letters = re.sub(r"[^a-z]+", "", word[end:start].lower())
    if re.fullmatch(r"[^aeiou]l", letters[-2:]) and word[start:].lower().rstrip(".,;:!?") in ("e", "es", "ed"):
        onset = letters[-2:]  # ta-ble, lit-tle
    else:
        onset = next((letters[i:] for i in range(len(letters)) if letters[i:] in _ONSETS), letters[-1:])
    return start - len(onset) if word[end:start].lower().endswith(onset) else start


def _nuclei(word: str) -> list[tuple[int, int]]:
    """Where the vowels stand that carry a syllable."""
    lower = word.lower()
    letters = re.sub(r"[^\w]+$", "", lower)
    spans: list[tuple[int, int]] = []
    for match in _VOWELS.finditer(lower):
        start, end = match.span()
        if lower[start] == "y" and start == 0 and end > 1:
            start += 1  # yes, you
        if lower[:start].endswith("q") and lower[start] == "u" and end - start > 1:
            start += 1  # queen
        spans += _split_hiatus(lower, start, end)
    spans += [match.span() for match in _VOWELLESS.finditer(letters)]
    mute = [span for span in spans[1:] if _mute(letters, span)]
    return [span for span in spans if span not in mute]


def _split_hiatus(word: str, start: int, end: int) -> list[tuple[int, int]]:
    """One nucleus or two: vowels side by side can be two syllables."""
    for match in _HIATUS.finditer(word, start):
        if match.end() >= end:
            break
        if not _NO_HIATUS.match(word, max(match.start() - 1, 0)) and not _NO_HIATUS.match(word, match.start()):
            return [(start, match.end()), (match.end(), end)]
    return [(start, end)]


def _mute(word: str, vowel: tuple[int, int]) -> bool:
    """Whether an e after the first syllable is mute: home, loved, waves, lonely (but: table, waited, roses)."""
    start, end = vowel
    if word[start:end] != "e":
        return False
    stem, tail = word[:start], word[end:].partition("'")[0]
    if _MUTE_BEFORE.match(word, end):
        return True
    if tail == "":
        return not re.search(r"[bcdfgkptvz]l$|[bcdgt]r$", stem)
    if tail == "d":
        return not re.search(r"[td]$|[^aeiouylr][lr]$", stem)
    if tail == "s":
        return not re.search(r"(?:[szxcg]|sh|ch|[^aeiouylr]l)$", stem)
    return False


def stressed_syllable(word: str, count: int) -> int:
    """Index of the stressed syllable, -1 for none: the first, moved by well-known beginnings and endings."""
    plain = re.sub(r"[^\w]", "", word.lower())
    if count <= 1:
        return -1 if plain in _UNSTRESSED else 0
    if count > 2 and plain.endswith(_ANTEPENULTIMATE):
        return count - 3
    if plain.endswith(_PENULTIMATE):
        return count - 2
    first = syllabify(plain)[0]
    return 1 if first in _WEAK_PREFIXES and not (count == 2 and plain.endswith(("er", "y", "ing", "en"))) else 0
