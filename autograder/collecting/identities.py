"""Who in a platform's file is a student that the course knows under another id; `collect` asks before it uses it."""

from collections import Counter
from dataclasses import replace

from autograder.course.roster import Person, Roster, squash


def known_before(roster: Roster, known: Roster) -> tuple[Roster, tuple[str, ...]]:
    """The roster with the ids under which its students are known already, and whose ids were others.

    A file with other columns has other ids for the same class. Somebody is the same by the address, by the number of
    Canvas or of Moodle, or by a name that nobody else has, unless address or number speak against it, or the other
    platform knows who has that name.
    """
    names = Counter(squash(each.name) for each in (*roster.people.values(), *roster.nameless.values()))
    people: dict[str, Person] = {}
    changed: dict[str, str] = {}
    for own, person in (*roster.people.items(), *roster.nameless.items()):
        before = None
        if own not in known.people:
            before = _before(person, known, alone=names[squash(person.name)] == 1)
        if before is not None and before not in roster.people and before not in changed.values():
            people[before], changed[own] = replace(person, id=before), before
        elif own in roster.people:
            people[own] = person
    left = {own: person for own, person in roster.nameless.items() if own not in changed}
    said = tuple(f"{before} ({own})" for own, before in changed.items())
    return replace(roster, people=people, nameless=left), said


def _before(person: Person, known: Roster, alone: bool) -> str | None:
    """The id of a known student who is this person."""
    sure = [f"id:{person.email}" if person.email else "", f"id:{person.login}" if person.login else ""]
    sure += [f"canvas:{person.lms}" if person.lms else "", f"moodle:{person.number}" if person.number else ""]
    if found := next((one for key in sure if key and (one := known.who(key))), None):
        return found
    same = known.who(f"name:{person.name}") if alone and person.name else None
    other = known.people[same] if same else None
    pairs = (
        [(other.email, person.email), (other.lms, person.lms), (other.number, person.number)] if other else []
    )
    if other and ((other.lms and person.number) or (other.number and person.lms)):
        return None  # of another platform: two of one name in two sections, as far as anybody can know
    return None if any(a and b and a != b for a, b in pairs) else same
