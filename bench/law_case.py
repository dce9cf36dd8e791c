"""How long one case takes: all findings and days of a man in Kazakhstan, and in France; with and without reasons.

    python bench/law_case.py

Prints one JSON line: medians of 301 in milliseconds, the calendar's years once read.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median

from safeconduct.law import shelf
from safeconduct.law.ask import questions
from safeconduct.law.book import Book
from safeconduct.law.evaluate import evaluate
from safeconduct.law.situation import Event, Fact, Situation

TIMES = 301
ON = date(2026, 11, 25)
FACTS: dict[str, Fact] = {
    "service_kind": "mobilised", "called_up_for_this_conflict": True, "left_unit": True, "mobilisation_period": True,
    "absence_days": 300, "prosecution_feared": True, "entered_irregularly": True, "asylum_lodged": True,
    "refusal_notified": True, "war_crimes_documented": True, "refusal_procedure_exists": False,
    "genuine_conviction": True, "alternative_service_available": False, "other_way_to_avoid": False,
}  # fmt: skip
HAPPENED = {
    "entry": "2026-03-02",
    "attestation_issued": "2026-03-04",
    "decision_notified": "2026-11-19",
    "court_decision_final": "2026-10",
    "extradition_decision_copy": "2026-11-20",
}
EVENTS = tuple(Event(kind=kind, date=day) for kind, day in HAPPENED.items())


def median_ms(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        run()
        taken.append(1_000 * (time.perf_counter() - begun))
    return round(median(taken), 3)


def main() -> None:
    book = Book(shelf.shipped())
    told: dict[str, object] = {"bench": "law_case"}
    for host in ("KZ", "FR"):
        situation = Situation(origin="RU", host=host, facts=FACTS, events=EVENTS)

        def bare(situation: Situation = situation) -> object:
            return evaluate(book, situation, ON)

        def reasoned(situation: Situation = situation) -> object:
            outcome = evaluate(book, situation, ON)
            return [finding.reason(outcome.known) for finding in outcome.findings]

        outcome = evaluate(book, situation, ON)
        told[host] = {
            "findings": len(outcome.findings),
            "deadlines": len(outcome.deadlines),
            "without_reasons_ms": median_ms(bare),
            "with_reasons_ms": median_ms(reasoned),
            "asking_order_ms": median_ms(lambda outcome=outcome: questions(outcome, "lawyer")),  # type: ignore[misc]
        }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
