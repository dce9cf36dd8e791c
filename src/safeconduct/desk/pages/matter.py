"""A request or a case: the conversation, what can be done, and what was done."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Final, get_args

from starlette.responses import Response

from safeconduct.desk.lists import LOST
from safeconduct.desk.pages import queue
from safeconduct.desk.pages.visit import Absent, Visit, found
from safeconduct.desk.session import Undo
from safeconduct.desk.view import DraftKind, Item, Matter
from safeconduct.desk.words import LANGUAGES, Words, words
from safeconduct.errors import VaultShut, WriterWrong

URGENCIES: Final = ("held", "date", "papers", "unit", "none")
REASONS: Final = ("junk", "twice", "hostile")
TEXT_MOST: Final = 20_000
UNDO_S: Final = 10
DRAFTS: Final[dict[DraftKind, str]] = {"reply": "draft", "note": "draft-note"}
"""In which field of any other form each comes along."""


def show(visit: Visit) -> Response:
    """The whole matter. Whatever is shown counts as seen."""
    version = visit.desk.version
    ref = visit.path["ref"]
    with found():
        matter = visit.desk.matter(ref)
    me = visit.desk.me()
    band = queue.band_of(matter.row, me.name)
    first_new = visit.query.get("from") or next((item.ref for item in matter.items if item.new), "")
    page = visit.render(
        "matter.html",
        **queue.shell(visit, band, ""),
        matter=matter,
        row=matter.row,
        band=band,
        first_new=first_new,
        held=[item for item in matter.items if item.state == "held"],
        void=[item for item in matter.items if item.state == "void"],
        meanwhile=partial(meanwhile, matter),
        live_address=f"/matter/{ref}" + (f"?from={first_new}" if first_new else ""),
        urgencies=URGENCIES,
        reasons=REASONS,
        spoken=spoken(matter.row.language),
        version=version,
    )
    if matter.row.new and matter.read:
        with found():
            visit.desk.seen(ref, matter.read)
    return page


def spoken(language: str) -> Words:
    """What is said to the seeker, in the seeker's language if it is one of ours."""
    return words(language if language in LANGUAGES else "en")


def meanwhile(matter: Matter, held: Item) -> list[Item]:
    """What the seeker wrote that had not been shown where a held reply was written; if nothing reads, the newest."""
    said = [item for item in matter.items if item.who == "seeker"]
    return [item for item in said if item.ref in held.past] or said[-1:]


def _text(visit: Visit, name: str = "text") -> str:
    return _lines(visit.form.get(name, "")).strip()


def _lines(untrusted_text: str) -> str:
    """What was written, with one kind of line end; browsers send two."""
    return untrusted_text.replace("\r\n", "\n")[:TEXT_MOST]


def _back(visit: Visit, fragment: str = "") -> Response:
    return visit.go(f"/matter/{visit.path['ref']}{fragment}")


def _once(visit: Visit) -> bool:
    return visit.mine.once(visit.form.get("once", ""))


def take_up(visit: Visit) -> Response:
    """Make it this desk's case."""
    with found():
        case = visit.desk.take_up(visit.path["ref"])
    return visit.go(f"/matter/{case}#reply")


def set_aside(visit: Visit) -> Response:
    """Out of the queue, with a reason; undone by one click within ten seconds, and later from its band."""
    ref, reason = visit.path["ref"], visit.form.get("reason", "")
    if reason == LOST:
        return _put_away(visit)
    if reason not in REASONS:
        raise Absent
    with found():
        visit.desk.set_aside(ref, reason)
    visit.mine.undo = Undo(ref, visit.house.clock.steady_s() + UNDO_S)
    return visit.go("/queue/new")


def _put_away(visit: Visit) -> Response:
    """A colleague was first, and what was written here is not needed any more. Twice is once."""
    if _once(visit):
        with found():
            visit.desk.put_away(visit.path["ref"])
    return visit.go("/queue/aside")


def restore(visit: Visit) -> Response:
    """Back into the queue."""
    with found():
        visit.desk.restore(visit.path["ref"])
    visit.mine.undo = None
    return _back(visit)


def reply(visit: Visit) -> Response:
    """Send words to the seeker, or let them wait for the relay."""
    return _write(visit, visit.desk.reply, "reply")


def note(visit: Visit) -> Response:
    """Write something for colleagues."""
    return _write(visit, visit.desk.note, "note")


def _write(visit: Visit, act: Callable[[str, str, str], None], kind: DraftKind) -> Response:
    """Write it after what its page showed. If a colleague was first it stays a draft, and the page says why."""
    ref, text = visit.path["ref"], _text(visit)
    if text and _once(visit):
        with found():
            try:
                act(ref, text, visit.form.get("read", ""))
            except WriterWrong:
                if visit.desk.matter(ref).aside_reason != LOST:
                    raise
                visit.desk.keep_draft(ref, text, kind)
                return _back(visit, "#held")
    return _back(visit, "#end")


def grant(visit: Visit) -> Response:
    """Let a colleague read and write it."""
    if _once(visit):
        with found():
            visit.desk.grant(visit.path["ref"], visit.form.get("colleague", ""))
    return _back(visit)


def triage(visit: Visit) -> Response:
    """Say how urgent it is, and why."""
    urgency, why = visit.form.get("urgency", ""), _text(visit, "why")
    if urgency not in URGENCIES or not why:
        raise Absent
    if _once(visit):
        with found():
            visit.desk.triage(visit.path["ref"], urgency, why)
    return _back(visit)


def consent(visit: Visit) -> Response:
    """Take down whether the person may be counted, and how that was said."""
    state = visit.form.get("state", "")
    if state not in {"given", "withdrawn"}:
        raise Absent
    if _once(visit):
        with found():
            visit.desk.consent(visit.path["ref"], given=state == "given", words=_text(visit, "words"))
    return _back(visit)


def keep_draft(visit: Visit) -> Response:
    """What stands in the reply's or the note's field, sealed as it is typed."""
    kind = next((kind for kind in get_args(DraftKind) if kind == visit.form.get("kind", "reply")), None)
    if kind is None:
        raise Absent
    with found():
        visit.desk.keep_draft(visit.path["ref"], _lines(visit.form.get("text", "")), kind, partial(_late, visit))
    return visit.render("draft.html", kept=True)


def keep_unsaved(visit: Visit) -> None:
    """What stood in the reply's and the note's field when something else was done, sent along with it."""
    # The lock is worth more than the draft of something that is gone.
    with contextlib.suppress(KeyError, VaultShut):
        for kind, name in DRAFTS.items():
            if name in visit.form:
                visit.desk.keep_draft(visit.form["draft-of"], _lines(visit.form[name]), kind, partial(_late, visit))


def _late(visit: Visit) -> bool:
    """Whether this form was sent before: a draft that was on its way meanwhile would be sent twice."""
    once = visit.form.get("once", "")
    return bool(once) and once in visit.mine.used


def send_held(visit: Visit) -> Response:
    """Send a held reply all the same, after what its page showed. Twice is once."""
    if _once(visit):
        with found():
            visit.desk.send_held(visit.path["ref"], visit.form.get("item", ""), visit.form.get("read", ""))
    return _back(visit, "#end")


def drop_held(visit: Visit) -> Response:
    """Take a held reply back: it comes behind what stands in the reply's field, whose form it is. Twice is once."""
    if _once(visit):
        draft = _lines(visit.form["text"]) if "text" in visit.form else None
        with found():
            visit.desk.drop_held(visit.path["ref"], visit.form.get("item", ""), draft)
    return _back(visit, "#reply")
