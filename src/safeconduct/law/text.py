"""An outcome to read and print, in Russian or English: findings, the tree of reasons, why a date, every source."""

from collections.abc import Iterable, Iterator
from typing import Final

from safeconduct.law.ask import may_see, questions
from safeconduct.law.book import Book, Placed
from safeconduct.law.deadline import Running
from safeconduct.law.evaluate import Finding, Outcome
from safeconduct.law.logic import Reason, name_of
from safeconduct.law.pack import Asker, Cite, Entry, Length, Node, Offence, Pack
from safeconduct.law.situation import UNKNOWN
from safeconduct.law.speech import Language, day, partial, say, typeset, words

_KINDS: Final = ("ground", "exclusion", "offence")
_TEXTS: Final = ("label", "text", "why", "caution", "visa_free", "restart", "entry_document")


def pack_lines(pack: Pack, *, stale: bool, language: Language) -> Iterator[str]:
    """What stands over everything that comes from a pack: whether a lawyer has seen it, and whether it is old."""
    head = pack.pack
    if stale:
        yield say(language, "stale", pack=words(language, head.title), day=partial(language, head.review_by))
    if head.reviewed is not None and head.status == "reviewed":
        yield say(language, "reviewed", by=head.reviewed.by, day=partial(language, head.reviewed.day))
    else:
        yield say(language, "draft")


def source_line(placed: Placed[Entry], cite: Cite, language: Language) -> str:
    """Title, publisher, place, date it speaks for, how sure, how much was read, address."""
    source = placed.source(cite)
    asof = say(language, "as-of-unknown")
    if cite.as_of != UNKNOWN:
        asof = say(language, "as-of", day=partial(language, cite.as_of))
    level = say(language, "confidence", level=say(language, f"level-{cite.confidence}"))
    place = [source.title, source.publisher, *([cite.pin] if cite.pin else []), asof, level]
    read = words(language, source.read)
    return f"{', '.join(place)} [{read}]" + (f" <{source.url}>" if source.url != UNKNOWN else "")


def outcome_lines(outcome: Outcome, language: Language, asker: Asker) -> Iterator[str]:
    """Everything for one situation: what it rests on first, then findings, days, and what else the packs say.

    Facts that this asker may not ask are named nowhere.
    """
    for pack in {pack.pack.id: pack for pack in outcome.selection.packs}.values():
        for line in pack_lines(pack, stale=pack.pack.id in outcome.stale, language=language):
            yield f"{words(language, pack.pack.title)}: {line}"
    for country in outcome.selection.unknown:
        yield say(language, "country-unknown", country=country)
    yield from disputed_lines(outcome, language, asker)
    for kind in _KINDS:
        found = [one for one in outcome.findings if one.kind == kind and one.value != "no"]
        lines = (line for one in found for line in finding_lines(outcome, one, language, asker))
        yield from _part(kind, lines, language)
    days = (line for running in outcome.deadlines for line in deadline_lines(outcome, running, language, asker))
    yield from _part("deadline", days, language)
    yield from _rest(outcome, language)
    facts = outcome.book.vocabulary.facts
    asked = (f"{words(language, facts[one.fact].ask)} [{one.fact}]" for one in questions(outcome, asker))
    yield from _part("question", asked, language)


def disputed_lines(outcome: Outcome, language: Language, asker: Asker) -> Iterator[str]:
    """What was said to be false although something that happened makes it true."""
    for fact, event in outcome.known.disputed:
        asked = "; ".join(asks(outcome, (fact,), language, asker))
        yield say(language, "disputed", question=asked, event=date_words(outcome.book, event, language))


def asks(outcome: Outcome, facts: Iterable[str], language: Language, asker: Asker) -> list[str]:
    """The questions that this asker may see; the others are one line: for a lawyer."""
    kinds, names = outcome.book.vocabulary.facts, tuple(facts)
    shown = [name for name in names if may_see(kinds, name, asker)]
    hidden = [say(language, "lawyer-only")] if len(shown) < len(names) else []
    return [words(language, kinds[name].ask) for name in shown] + hidden


def _part(kind: str, lines: Iterable[str], language: Language) -> Iterator[str]:
    """A heading with what stands below it, or nothing."""
    below = [f"  {line}" for line in lines]
    if below:
        yield from ("", say(language, f"kind-{kind}"), *below)


def _rest(outcome: Outcome, language: Language) -> Iterator[str]:
    selection = outcome.selection
    yield from _part("risk", _told_of(selection.risks, language), language)
    yield from _part("document", _told_of(selection.documents, language), language)
    yield from _part("stay", _told_of(selection.stay, language), language)
    yield from _part("service", _told_of(selection.service_rules, language), language)
    yield from _part("statement", _told_of(selection.statements, language), language)
    unbacked = tuple(placed for placed in selection.open_questions if placed.entry.answer is None)
    yield from _part("unbacked", _told_of(unbacked, language), language)


def _told_of(entries: Iterable[Placed[Entry]], language: Language) -> Iterator[str]:
    """What each says, all its texts in a row, and below it every source."""
    for placed in entries:
        named = (getattr(placed.entry, name, None) for name in _TEXTS)
        told = " ".join(_sentence(words(language, text)) for text in named if text is not None)
        yield f"{told} [{placed.entry.id}]"
        yield from (f"  {source_line(placed, cite, language)}" for cite in placed.entry.cite)


def _sentence(text: str) -> str:
    return text if text[-1] in ".?!" else f"{text}."


def title_of(one: Finding, language: Language) -> str:
    """The label; of an offence with its article and the range that is feared."""
    entry = one.placed.entry
    label = words(language, entry.label)
    if not isinstance(entry, Offence):
        return label
    return f"{article(entry, language)} — {label}; {sanction(entry, language)}"


def article(entry: Offence, language: Language) -> str:
    """`art. 337 part 5`."""
    found = say(language, "article", number=entry.article.number, part=entry.article.part or "none")
    return f"{found} ({words(language, entry.article.note)})" if entry.article.note else found


def sanction(entry: Offence, language: Language) -> str:
    """The range that is feared, as the source has it."""
    feared = entry.sanction
    years = ""
    if feared.max_years is not None and feared.min_years is not None:
        years = say(language, "years-from-to", min=feared.min_years, max=feared.max_years)
    elif feared.max_years is not None:
        years = say(language, "years-to", max=feared.max_years)
    said = say(language, feared.kind, range=years)
    return f"{said} ({words(language, feared.note)})" if feared.note else said


def finding_lines(outcome: Outcome, one: Finding, language: Language, asker: Asker) -> Iterator[str]:
    """This ground may apply: because, according to, as of; still unknown."""
    prefix = "value" if one.kind == "ground" else one.kind
    yield f"{title_of(one, language)} [{one.id}]"
    yield f"  {say(language, f'{prefix}-{one.value}')}"
    yield from (f"  {line}" for line in _circumstances(outcome, one, language, asker))
    yield f"  {say(language, 'because')}:"
    yield from (f"    {line}" for line in reason_lines(outcome.book, one.reason(outcome.known), language, asker))
    yield f"  {say(language, 'according-to')}:"
    yield from (f"    {source_line(one.placed, cite, language)}" for cite in one.cites)
    if one.ask:
        yield f"  {say(language, 'still-unknown')}:"
        yield from (f"    {question}" for question in asks(outcome, one.ask, language, asker))


def _circumstances(outcome: Outcome, one: Finding, language: Language, asker: Asker) -> Iterator[str]:
    book = outcome.book
    if one.placed.pack.pack.id in outcome.stale:
        yield from pack_lines(one.placed.pack, stale=True, language=language)
    if one.in_force is False:
        yield say(language, "not-in-force")
    yield from force_lines(book, one, language)
    named = {"presumption": asks(outcome, [one.presumption] if one.presumption else [], language, asker)}
    for key, ids in (("barred-by", one.barred), ("unexamined", one.unexamined), ("overridden-by", one.overridden)):
        named[key] = [label_of(book, name, language) for name in ids]
    if named["unexamined"] and asker != "lawyer":
        named["unexamined"] = []
        yield say(language, "answer-bar")
    yield from (f"{say(language, key)}: {'; '.join(labels)}" for key, labels in named.items() if labels)
    if one.lawyer:
        yield say(language, "lawyer-only")
    if one.placed.entry.note is not None:
        yield words(language, one.placed.entry.note)


def force_lines(book: Book, one: Finding | Running, language: Language) -> Iterator[str]:
    """Why it cannot be said that the rule is in force: the date that is wanted, or that it is not exact."""
    if one.in_force is None:
        wanted = [name for name in one.missing if name in book.vocabulary.dates]
        yield from (say(language, "date-wanted", date=date_words(book, basis, language)) for basis in wanted)
        if not one.missing:
            yield say(language, "date-vague")


def date_words(book: Book, name: str, language: Language) -> str:
    """An event, or a date of the case, in words."""
    if name in book.vocabulary.events:
        return words(language, book.vocabulary.events[name].text)
    return next(words(language, text) for basis, text in book.vocabulary.dates.items() if basis == name)


def label_of(book: Book, name: str, language: Language) -> str:
    """What an entry is called."""
    placed = book.entries.get(name)
    return words(language, placed.entry.label) if placed is not None and hasattr(placed.entry, "label") else name


def reason_lines(book: Book, why: Reason, language: Language, asker: Asker) -> Iterator[str]:
    """The tree: each condition with what it came to, and whose law says so."""
    came_to, name = say(language, mark(why)), name_of(why.node)
    if name is not None and not may_see(book.vocabulary.facts, name, asker):
        yield typeset(language, f"{say(language, 'lawyer-only')} — {came_to}")
        return
    yield typeset(language, f"{told(book, why.node, language)} — {came_to}{burden(why.node, language)}")
    for child in why.children:
        yield from (f"  {line}" for line in reason_lines(book, child, language, asker))


def mark(why: Reason) -> str:
    """What a condition came to: yes, no, open, or pres."""
    if why.presumed:
        return "pres"
    return "open" if why.value is None else "yes" if why.value else "no"


def burden(node: Node, language: Language) -> str:
    """Who has to show it, and what it is about, in brackets; or nothing."""
    notes = [say(language, f"burden-{node.burden}")] if node.burden else []
    notes += [words(language, node.say)] if node.say and (node.fact or node.not_) else []
    return f" ({'; '.join(notes)})" if notes else ""


def told(book: Book, node: Node, language: Language) -> str:
    """One condition in words, without those below it."""
    facts = book.vocabulary.facts
    if node.fact is not None:
        return words(language, facts[node.fact].ask)
    for limit, key in ((node.gt, "more-than"), (node.le, "at-most")):
        if limit is not None:
            return say(language, key, question=words(language, facts[limit[0]].ask), limit=limit[1])
    if node.is_ is not None:
        kind = facts[node.is_[0]]
        wanted = words(language, kind.values[node.is_[1]]) if node.is_[1] in kind.values else node.is_[1]
        return say(language, "equals", question=words(language, kind.ask), wanted=wanted)
    key = "all-of" if node.all_ else "any-of" if node.any_ else "none-of" if node.not_ else "lawyer-only"
    said = say(language, key)
    return f"{words(language, node.say)} ({said})" if node.say and not node.not_ else said


def last_words(one: Running, language: Language) -> str:
    """The last day; of a limit in hours the moment, if it is known. Empty if there is no day."""
    if one.moment is not None:
        written = one.moment.isoformat(timespec="minutes")
        return say(language, "moment", day=day(language, one.moment.date()), time=written[11:16], offset=written[16:])
    return day(language, one.last_day) if one.last_day else ""


def standing_line(outcome: Outcome, one: Running, language: Language) -> str:
    """That a day has passed, may have passed, or is today; empty while it is ahead."""
    key = f"{'standing' if one.placed.entry.binds == 'person' else 'standing-other'}-{outcome.standing(one)}"
    if one.may_end is None or key in {"standing-ahead", "standing-other-ahead", "standing-other-today"}:
        return ""
    return say(language, key, day=day(language, one.may_end))


def _end_line(outcome: Outcome, one: Running, language: Language) -> str:
    """The last day, beside the day to work towards while that is ahead."""
    said = say(language, "last-day", day=last_words(one, language))
    if one.work_towards is not None and outcome.standing(one) == "ahead":
        return f"{said}; {say(language, 'work-towards', day=day(language, one.work_towards))}"
    return f"{said}. {standing_line(outcome, one, language)}".rstrip()


def deadline_lines(outcome: Outcome, one: Running, language: Language, asker: Asker) -> Iterator[str]:
    """The last day beside the day to work towards, or what is missing; then what it stops, and what if it is missed."""
    entry, book = one.placed.entry, outcome.book
    yield f"{words(language, entry.label)} [{entry.id}]"
    if one.last_day is None or one.work_towards is None:
        events = ", ".join(date_words(book, name, language) for name in one.missing)
        yield f"  {say(language, 'unknown-because', missing=events)}"
    else:
        yield f"  {_end_line(outcome, one, language)}"
        yield from (f"  {line}" for line in force_lines(book, one, language))
        yield from (f"  {line}" for line in why_lines(outcome, one, language))
    if one.placed.pack.pack.id in outcome.stale:
        yield from (f"  {line}" for line in pack_lines(one.placed.pack, stale=True, language=language))
    if one.ask:
        asked = "; ".join(asks(outcome, one.ask, language, asker))
        yield f"  {say(language, 'applies-if', facts=asked)}"
    yield f"  {say(language, f'suspensive-{entry.suspensive}')}"
    missed = entry.if_missed
    if missed.basis != "not_read":
        key = "if-missed-inferred" if missed.basis == "inferred" else "if-missed"
        yield f"  {say(language, key)}: {typeset(language, missed.ru) if language == 'ru' else missed.en}"
    if entry.note is not None:
        yield f"  {words(language, entry.note)}"


def length_text(length: Length, language: Language) -> str:
    """`5 days`; of a negative one `6 months before`."""
    text = say(language, f"length-{length.unit}", n=abs(length.number))
    return say(language, "length-back", length=text) if length.number < 0 else text


def why_lines(outcome: Outcome, one: Running, language: Language) -> Iterator[str]:
    """Why this date: the event, the length, the counting, what moved it, and every source."""
    counting = list(counting_lines(outcome, one, language))
    if counting:
        yield f"{say(language, 'why-this-date')}:"
        yield from (f"  {line}" for line in counting)
        yield f"  {say(language, 'according-to')}:"
        yield from (f"    {source_line(one.placed, cite, language)}" for cite in one.placed.entry.cite)


def counting_lines(outcome: Outcome, one: Running, language: Language) -> Iterator[str]:
    """The event, the length, the counting, what moved the day; nothing where there is no day."""
    if one.anchor is None or one.counted is None:
        return
    entry = one.placed.entry
    event = words(language, outcome.book.vocabulary.events[one.anchor.kind].text)
    span = one.anchor.span
    when = day(language, span.earliest) if span.earliest == span.latest else span.text()
    yield say(language, "why-event", event=event, day=when)
    back = entry.count == "unknown" and entry.length.number < 0
    count = "unknown-back" if back else entry.count
    yield say(language, "why-length", length=length_text(entry.length, language), count=count)
    if entry.length.unit != "hour" and entry.length.number != 0:
        yield say(language, "why-not-counted")
    if one.moment is not None:
        yield say(language, "why-moment", moment=last_words(one, language))
    yield say(language, "why-end", day=day(language, one.counted.end))
    for note in one.notes:
        longest = {"day": day(language, one.longest_day)} if note == "band" and one.longest_day else {}
        yield say(language, f"note-{note}", **longest)
    if one.earliest and one.latest and one.earliest != one.latest:
        yield say(language, "between", earliest=day(language, one.earliest), latest=day(language, one.latest))
    if one.rule is not None:
        yield words(language, one.rule.text)
