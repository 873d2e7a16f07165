"""Pairs of submissions whose code shares structure that is rare in the class: a place to look, not more.

`count` asks. What the release gave is not in the fingerprints (`autograder.submissions.fingerprints`), and what
many share is left out here: one way to write a short function is not copying. An inverted index makes the pairs,
so that the work grows with what is shared and not with the square of the class.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

from autograder.report.numbers import Alike
from autograder.results.outcome import Key, Outcome
from autograder.submissions.fingerprints import unpack

RARE = 0.1  # a fingerprint is rare if at most this part of the class has it
AT_LEAST, AT_MOST = 3, 20  # students, whatever the size of the class
SHARED = 12  # rare fingerprints that two must share: a window keeps one of three nodes, so some 40 nodes, three lines
SHARE = 0.5  # of the rare fingerprints of the one who has fewer


def alike(outcomes: Sequence[Outcome], names: Callable[[Key], str]) -> tuple[Alike, ...]:
    """The pairs, those that share most first."""
    index: dict[int, list[int]] = defaultdict(list)  # fingerprint -> students, by their number
    for number, outcome in enumerate(outcomes):
        for each in _fingerprints(outcome):
            index[each].append(number)
    limit = max(AT_LEAST, min(AT_MOST, int(RARE * len(outcomes))))
    rare = {each: who for each, who in index.items() if len(who) <= limit}
    have = Counter(number for who in rare.values() for number in who)
    shared: Counter[tuple[int, int]] = Counter()
    for who in rare.values():
        shared.update(combinations(who, 2))
    found = []
    for (first, second), count in shared.items():
        share = count / min(have[first], have[second])
        if count >= SHARED and share >= SHARE:
            one, other = _fingerprints(outcomes[first]), _fingerprints(outcomes[second])
            places = {one[each] for each in one.keys() & other.keys() & rare.keys()}
            cells = sorted(names(place) if place[1] else "added cells" for place in places)
            found.append(Alike(outcomes[first].student, outcomes[second].student, count, share, (*cells,)))
    return tuple(sorted(found, key=lambda each: (-each.shared * each.share, each.first, each.second)))


def _fingerprints(outcome: Outcome) -> dict[int, Key]:
    """The fingerprints of a submission, with the cell that each is of."""
    return {
        number: (each.notebook, each.cell) for each in outcome.fingerprints for number in unpack(each.hashes)
    }
