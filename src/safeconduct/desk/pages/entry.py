"""Before the desk is open: the token, the passphrase; and the lock."""

from starlette.responses import Response

from safeconduct.desk.pages.visit import Visit
from safeconduct.desk.words import LANGUAGES
from safeconduct.errors import VaultShut


def show(visit: Visit, status: int = 401, problem: str = "") -> Response:
    """The passphrase's page, for a browser that was let in; else the page that brings the token."""
    if visit.session is None:
        return visit.render("enter.html", status)
    return visit.render("unlock.html", status, problem=problem)


def home(visit: Visit) -> Response:
    """The bare address: the queue, or what stands before it."""
    return visit.go("/queue/new")


def enter(visit: Visit) -> Response:
    """Take the token from the address's fragment, and give a cookie for it."""
    if not visit.house.launch.use(visit.form.get("token", "")):
        return visit.render("refusal.html", 403, code="token")
    session = visit.house.sessions.enter(visit.words.language)
    return Response(status_code=204, headers={"set-cookie": visit.house.sessions.header(session)})


def unlock(visit: Visit) -> Response:
    """Try the passphrase. A wrong one loses nothing.

    An open desk is locked first: who brings a second browser must know the passphrase too.
    """
    if visit.session is None:
        return show(visit)
    if visit.session.opened and not visit.desk.locked:
        return visit.go("/queue/new")
    try:
        shut(visit)
        visit.desk.unlock(visit.form.get("passphrase", ""))
    except VaultShut:
        return show(visit, 403, "unlock-wrong")
    visit.house.idle.used()
    session = visit.house.sessions.open(visit.session)
    answer = visit.go("/queue/new")
    answer.headers["set-cookie"] = visit.house.sessions.header(session)
    return answer


def lock(visit: Visit) -> Response:
    """Close everything; what was being written has been kept."""
    shut(visit)
    answer = visit.go("/")
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def shut(visit: Visit) -> None:
    """First no cookie is good any more, then the vault closes."""
    visit.house.sessions.close()
    visit.desk.lock()


def language(visit: Visit) -> Response:
    """Change the language, for this session."""
    if visit.form.get("language") in LANGUAGES:
        visit.mine.language = visit.form["language"]
    return visit.go(local(visit.form.get("back", "")))


def keys(visit: Visit) -> Response:
    """Turn single-letter commands on or off: they stand in the way of those who dictate."""
    visit.mine.keys = visit.form.get("keys") == "on"
    return visit.go(local(visit.form.get("back", "")))


def used(_visit: Visit) -> Response:
    """The person is there, reading or moving about; the lock waits."""
    return Response(status_code=204)


def local(untrusted_address: str) -> str:
    """A path of ours to go back to, or the bare address."""
    mark = (
        untrusted_address[:1] == "/" and untrusted_address[1:2] not in {"/", "\\"} and untrusted_address.isprintable()
    )
    return untrusted_address if mark else "/"
