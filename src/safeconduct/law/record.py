"""An outcome as plain data: what `try --json` prints, and what a case may keep with its findings."""

from collections.abc import Mapping

from safeconduct.law.ask import may_see, questions
from safeconduct.law.book import Placed
from safeconduct.law.calendar import EDITION
from safeconduct.law.deadline import Running
from safeconduct.law.evaluate import Finding, Outcome
from safeconduct.law.pack import Asker, Cite, Entry

Json = dict[str, object]


def record(outcome: Outcome, digests: Mapping[str, str], asker: Asker = "lawyer") -> Json:
    """Findings and deadlines with their sources, and the edition they came from.

    `ask` is only ever what this asker may ask.
    """
    may = {one.fact: None for one in questions(outcome, asker)}
    situation, facts = outcome.known.situation, outcome.book.vocabulary.facts
    return {
        "on": outcome.on.isoformat(),
        "origin": situation.origin,
        "host": situation.host,
        "edition": edition(outcome, digests),
        "draft": sorted(outcome.drafts),
        "stale": sorted(outcome.stale),
        "countries_unknown": list(outcome.selection.unknown),
        "disputed": [fact for fact, _ in outcome.known.disputed if may_see(facts, fact, asker)],
        "findings": [_finding(outcome, one, may) for one in outcome.findings],
        "deadlines": [_deadline(outcome, one, may) for one in outcome.deadlines],
        "ask": list(may),
        "risks": [placed.entry.id for placed in outcome.selection.risks],
        "documents": [placed.entry.id for placed in outcome.selection.documents],
        "statements": [placed.entry.id for placed in outcome.selection.statements],
    }


def edition(outcome: Outcome, digests: Mapping[str, str]) -> dict[str, str]:
    """What a case records: each pack's digest (`bundle.editions`), and whose holidays its days were counted with."""
    return {**{pack.pack.id: digests[pack.pack.id] for pack in outcome.selection.packs}, "calendar": EDITION}


def _finding(outcome: Outcome, one: Finding, may: dict[str, None]) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "value": one.value,
        "ask": [fact for fact in one.ask if fact in may],
        "presumption": one.presumption,
        "confidence": one.confidence,
        "sources": [_source(one.placed, cite) for cite in one.cites],
        "in_force": one.in_force,
        "missing": list(one.missing),
        "barred": list(one.barred),
        "unexamined": list(one.unexamined),
        "overridden": list(one.overridden),
        "lawyer": one.lawyer,
        **_pack(outcome, one.placed),
    }


def _deadline(outcome: Outcome, one: Running, may: dict[str, None]) -> Json:
    days = {"last_day": one.last_day, "work_towards": one.work_towards, "earliest": one.earliest, "latest": one.latest}
    return {
        "id": one.placed.entry.id,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "missing": list(one.missing),
        "suspensive": one.placed.entry.suspensive,
        "sources": [_source(one.placed, cite) for cite in one.placed.entry.cite],
        "value": one.value,
        "ask": [fact for fact in one.ask if fact in may],
        "longest": one.longest_day.isoformat() if one.longest_day else None,
        "moment": one.moment.isoformat() if one.moment else None,
        "anchor": {"kind": one.anchor.kind, "date": one.anchor.span.text()} if one.anchor else None,
        "in_force": one.in_force,
        "notes": list(one.notes),
        "standing": outcome.standing(one),
        **_pack(outcome, one.placed),
    }


def _pack(outcome: Outcome, placed: Placed[Entry]) -> Json:
    head = placed.pack.pack
    return {"pack": head.id, "status": head.status, "stale": head.id in outcome.stale}


def _source(placed: Placed[Entry], cite: Cite) -> Json:
    source = placed.source(cite)
    return {
        "src": f"{placed.pack.pack.id}:{cite.src}",
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "pin": cite.pin,
        "as_of": cite.as_of,
        "confidence": cite.confidence,
        "read": source.read.en,
    }
