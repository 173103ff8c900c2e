"""How near two words are, by their letters: for typing errors. A few letters long, so plain Python is quick enough."""


def letters_apart(one: str, other: str, *, most: int) -> int:
    """How many letters must be added, left out, changed or swapped with their neighbour to make one word the other.

    The optimal string alignment distance: a letter that was swapped is not changed again. ``most + 1`` when it is more than ``most``,
    which is seen at once for nearly all words: each such step costs the longer word one letter of those both have in common.
    """
    if max(len(one), len(other)) - _in_common(one, other) > most:
        return most + 1
    return min(_alignment(one, other), most + 1)


def likeness(one: str, other: str) -> float:
    """The part of the letters of both that stand in both in the same order, 0 to 100: ``harbor`` and ``harbour`` are 92."""
    letters = len(one) + len(other)
    return 200 * _in_common(one, other) / letters if letters else 100.0


def may_be_as_like(one: str, other: str, least: float) -> bool:
    """Whether two words of such lengths can have this likeness at all; a quick look before a longer one."""
    return 200 * min(len(one), len(other)) >= least * (len(one) + len(other))


def _alignment(one: str, other: str) -> int:
    before, above = [0], list(range(len(other) + 1))
    for place, letter in enumerate(one):
        row = [place + 1]
        for there, found in enumerate(other):
            least = min(above[there] + (letter != found), above[there + 1] + 1, row[there] + 1)
            if place and there and letter == other[there - 1] and found == one[place - 1]:
                least = min(least, before[there - 1] + 1)
            row.append(least)
        before, above = above, row
    return above[-1]


def _in_common(one: str, other: str) -> int:
    """The length of the longest common subsequence; a bit for each letter of ``one``, nought where one more was matched.

    Crochemore, Iliopoulos, Pinzon and Reid, "A fast and practical bit-vector algorithm for the longest common subsequence problem" (2001).
    """
    places: dict[str, int] = {}
    for place, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << place
    whole = (1 << len(one)) - 1
    row = whole
    for letter in other:
        matched = row & places.get(letter, 0)
        row = (row + matched | row - matched) & whole
    return len(one) - row.bit_count()
