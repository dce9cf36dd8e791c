"""How long it takes to evaluate 100,000 cases again after a pack changed, and to name what moved.

    python bench/law_recompute.py [CASES]

One core. Cases are spread over six hosts; a limit of Kazakhstan is changed (one sixth touched), then an exclusion that
all grounds rest on (all touched). Progress goes to standard error; prints one JSON line.
"""

import json
import random
import sys
import time

import msgspec

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.change import Progress, recompute
from safeconduct.law.pack import Bundle, Length, Pack
from safeconduct.law.situation import Event, Situation

HOSTS = ("KZ", "GE", "DE", "FR", "AM", "FI")
BUNDLE = shelf.shipped()


def rewritten(name: str, section: str, **fields: object) -> Book:
    def anew(pack: Pack) -> Pack:
        entries = tuple(
            msgspec.structs.replace(one, **fields) if one.id == name else one for one in getattr(pack, section)
        )
        return msgspec.structs.replace(pack, **{section: entries})

    return Book(Bundle(schema="lawbundle/1", vocabulary=BUNDLE.vocabulary, packs=tuple(map(anew, BUNDLE.packs))))


def cases(number: int) -> list[tuple[str, Situation]]:
    chance = random.Random(4)  # noqa: S311 - the same cases every time
    bools = [name for name, kind in BUNDLE.vocabulary.facts.items() if kind.type == "bool3"]
    made = []
    for at in range(number):
        facts = {name: chance.random() < 0.6 for name in chance.sample(bools, 15)}
        events = tuple(
            Event(kind=kind, date=f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}")
            for kind in chance.sample(sorted(BUNDLE.vocabulary.events), 3)
        )
        made.append((str(at), Situation(origin="RU", host=HOSTS[at % 6], facts=dict(facts), events=events)))
    return made


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    old, situations = Book(BUNDLE), cases(number)
    told: dict[str, object] = {"bench": "law_recompute", "cases": number}
    exclusion = old.entries["int.exclusion_1f"].entry
    changes = {
        "limit": rewritten("kz.leave", "deadlines", length=Length(number=20, unit="day")),
        "exclusion": rewritten(
            "int.exclusion_1f", "exclusions", when=msgspec.structs.replace(exclusion.when, fact="in_detention")  # type: ignore[attr-defined]
        ),
    }  # fmt: skip
    for name, new in changes.items():
        last: list[Progress] = []

        def report(progress: Progress, last: list[Progress] = last) -> None:
            last[:] = [progress]
            if progress.seen % 20_000 == 0:
                sys.stderr.write(f"{progress.seen} of {progress.total}, {progress.moved} moved\n")

        begun = time.perf_counter()
        moved = sum(1 for _ in recompute(situations, old, new, number, report))
        assert moved == last[0].moved
        told[name] = {
            "seconds": round(time.perf_counter() - begun, 2), "touched": last[0].touched, "moved": moved
        }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
