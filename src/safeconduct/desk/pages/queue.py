"""The queue: four bands, the most urgent first."""

from typing import Final, get_args

from starlette.responses import Response

from safeconduct.desk.pages.visit import Absent, Visit
from safeconduct.desk.view import Band, Row

BANDS: Final[tuple[Band, ...]] = get_args(Band)


def show(visit: Visit) -> Response:
    """One page of one band."""
    band = next((band for band in BANDS if band == visit.path["band"]), None)
    if band is None:
        raise Absent
    version = visit.desk.version
    return visit.render(
        "queue.html",
        **shell(visit, band, visit.query.get("after", "")),
        band=band,
        live_address=f"/queue/{band}?after={visit.query.get('after', '')}",
        version=version,
        row=None,
    )


def shell(visit: Visit, band: Band, cursor: str) -> dict[str, object]:
    """What a page with a list shows around its middle."""
    queue = visit.desk.queue(band, cursor)
    if cursor and not queue.rows:
        # Whoever was on this page has gone on; that nobody waits would not be true.
        queue = visit.desk.queue(band)
    return {**frame(visit), "queue": queue, "bands": BANDS}


def frame(visit: Visit) -> dict[str, object]:
    """What every page of an open desk shows."""
    undo = visit.mine.undo
    left_s = undo.until_s - visit.house.clock.steady_s() if undo else 0
    told, visit.mine.told = visit.mine.told, ""
    return {
        "me": visit.desk.me(),
        "status": visit.desk.status(),
        "undo": undo if left_s > 0 else None,
        "told": told,
    }


def band_of(row: Row, my_name: str) -> Band:
    """The band a row is found in."""
    match row:
        case Row(state="aside"):
            return "aside"
        case Row(kind="contact"):
            return "new"
        case Row(taken_by=by) if by in {"", my_name}:
            return "mine"
        case _:
            return "team"


def following(visit: Visit) -> Response:
    """The most urgent that waits for an answer, with the cursor where the answer goes."""
    ref = visit.desk.next()
    if ref is None:
        visit.mine.told = "next-none"
        return visit.go("/queue/new")
    return visit.go(f"/matter/{ref}#reply")


def confirm_alarm(visit: Visit) -> Response:
    """The alarm was read and understood."""
    visit.desk.confirm_alarm(visit.path["ref"])
    return visit.go("/queue/new")
