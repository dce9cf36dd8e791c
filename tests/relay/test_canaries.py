"""Nothing of who asked, with what, from where, at which minute: not in a file, not on a pipe. And a leak is seen."""

import base64
import datetime as dt
import re
import signal
import sqlite3
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from relay.client import Cry, Talk, address, http_line
from relay.process import Process, founded_files
from safeconduct.clock import Clock
from safeconduct.errors import Refusal
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import FILE

DAY = Clock().day()
FROM = "127.66.77.88"
AGENT = "Pelican/7.31 (canary of a browser)"
FORWARDED = "203.0.113.77"
REFERRER = "https://canary.example/where-they-came-from"
COOKIE = "walnut-canary-cookie"


def spellings(canary: bytes) -> set[bytes]:
    """How it might stand in a file: plain, UTF-16, hex, percent-encoded, base64 at three offsets."""
    text = canary.decode("latin-1")
    found = {text.encode(encoding) for encoding in ("latin-1", "utf-16-le", "utf-16-be")}
    found |= {canary.hex().encode(), canary.hex().upper().encode(), urllib.parse.quote(canary, safe="").encode()}
    found.add("".join(f"%{byte:02X}" for byte in canary).encode())
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(bytes(offset) + canary).rstrip(b"=")
            found.add(encoded[4 if offset else 0 : -1])
    # Short spellings that mean nothing stand in megabytes of random bytes often enough.
    return {one for one in found if len(one) >= 6 or one == canary}


def canaries(code: bytes) -> dict[str, bytes]:
    return {
        "address": FROM.encode(),
        "address as bytes": bytes(map(int, FROM.split("."))),
        "forwarded address": FORWARDED.encode(),
        "forwarded address as bytes": bytes(map(int, FORWARDED.split("."))),
        "agent": AGENT.encode(),
        "referrer": REFERRER.encode(),
        "cookie": COOKIE.encode(),
        "operator's code": code,
    }


def minutes(begun_s: float, ended_s: float) -> Iterator[bytes]:
    """Every second of the test as it might be written down, in text."""
    for second in range(int(begun_s) - 1, int(ended_s) + 2):
        at = dt.datetime.fromtimestamp(second, dt.UTC)
        yield str(second).encode()
        yield at.strftime("%H:%M:%S").encode()
        yield at.strftime("%Y-%m-%dT%H:%M").encode()
        yield at.strftime("%Y-%m-%d %H:%M").encode()
        yield at.strftime("%d/%b/%Y:%H:%M").encode()


def leaks(files: dict[str, bytes], code: bytes, begun_s: float, ended_s: float) -> list[str]:
    """What was found where."""
    found = []
    for name, content in files.items():
        for what, canary in canaries(code).items():
            found += [f"{what} in {name}" for spelling in spellings(canary) if spelling in content]
        found += [f"minute in {name}" for minute in minutes(begun_s, ended_s) if minute in content]
    return found


def odd_values(data: Path) -> list[str]:
    """Values in the databases that are no bytes and could be finer than a day."""
    found = []
    for path in data.glob("*.db"):
        sql = sqlite3.connect(path)
        for (table,) in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            rows = sql.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a table's own name
            columns = [row[1] for row in sql.execute(f"PRAGMA table_info({table})")]
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, int) and value > DAY + 40:
                        found.append(f"{path.name} {table}.{column}: {value}")
                    elif not isinstance(value, int | bytes | None):
                        found.append(f"{path.name} {table}.{column}: {type(value)}")
        sql.close()
    return found


def live(data: Path, *settings: str) -> tuple[bytes, dict[str, bytes], float, float]:
    """A relay through which fifty people and a desk go, over two days.

    Returns its operator's code, its files while it ran, after a kill and after an end, its output, begin and end.
    """
    begun_s = time.time()
    org, code = founded_files(data)
    process = Process(data, *settings)
    headers = {
        "user-agent": AGENT,
        "x-forwarded-for": FORWARDED,
        "forwarded": f"for={FORWARDED}",
        "x-real-ip": FORWARDED,
        "referer": REFERRER,
        "cookie": COOKIE,
    }
    transport = httpx.HTTPTransport(local_address=FROM)
    with httpx.Client(base_url=process.url, transport=transport, headers=headers, timeout=60) as client:
        talk = Talk(http_line(client), org)
        talk.found(code)
        talk.publish(DAY, 1)
        for day in (DAY, DAY + 1):
            data.with_suffix(".day").write_text(str(day))
            for n in range(25):
                cry = Cry((day, n))
                head, _ = talk.contact(cry, org.box_of(DAY + 14))
                talk.append(cry, cry.draw(4_096), head)
                talk.post(address(SigningKey(bytes([n]) * 32)), cry.letter)
            talk.birth(Cry(("file", day), FILE))
            talk.feed(day)
            talk.arrivals(day)
        for wrong in (b"", b"\0" * 100, b"x" * 300_001):
            with pytest.raises(Refusal):
                talk.ask("contact", wrong)
        client.get("/v1/contact?from=" + FORWARDED)
        client.get("/nowhere/" + COOKIE)
    files = {f"running {path.name}": path.read_bytes() for path in data.iterdir()}
    process.end(signal.SIGKILL)
    files |= {f"killed {path.name}": path.read_bytes() for path in data.iterdir()}
    said = process.said
    process = Process(data, *settings)
    process.end(signal.SIGTERM)
    files |= {f"stopped {path.name}": path.read_bytes() for path in data.iterdir()}
    files["output"] = said + process.said
    return code, files, begun_s, time.time()


def test_nothing_about_anyone_is_written_anywhere(tmp_path: Path) -> None:
    code, files, begun_s, ended_s = live(tmp_path / "relay")
    assert leaks(files, code, begun_s, ended_s) == []
    assert odd_values(tmp_path / "relay") == []
    assert re.fullmatch(rb"(relay: [a-z ]+\n)*", files["output"])
    names = {name.split()[-1] for name in files}
    today = f"today-{DAY + 1}.db"
    assert names == {"output", "space.db", "past.db", today, f"{today}-wal"}


def test_a_relay_that_leaks_is_seen(tmp_path: Path) -> None:
    code, files, begun_s, ended_s = live(tmp_path / "relay", "leak=1")
    found = leaks(files, code, begun_s, ended_s)
    assert {"address in output", "agent in output", "forwarded address in output", "cookie in output"} <= set(found)


@pytest.mark.parametrize("what", canaries(bytes(16)))
def test_every_canary_is_seen_in_every_spelling(what: str) -> None:
    canary = canaries(b"operator's code!")[what]
    for spelling in spellings(canary):
        for before in (b"", b"x", b"xy"):
            found = leaks({"planted": before + spelling + b"z"}, b"operator's code!", 0, 0)
            assert any(one.startswith(what.split(" as ", maxsplit=1)[0]) for one in found)


def test_a_minute_is_seen() -> None:
    now_s = time.time()
    assert leaks({"planted": b"at " + str(int(now_s)).encode()}, bytes(16), now_s, now_s) != []
    stamp = dt.datetime.fromtimestamp(now_s, dt.UTC).isoformat().encode()
    assert leaks({"planted": stamp}, bytes(16), now_s, now_s) != []


def test_a_column_that_is_finer_than_a_day_is_seen(tmp_path: Path) -> None:
    sql = sqlite3.connect(tmp_path / "planted.db")
    sql.execute("CREATE TABLE planted (at INTEGER, agent TEXT)")
    sql.execute("INSERT INTO planted VALUES (?, NULL)", (int(time.time()),))
    sql.execute("INSERT INTO planted VALUES (NULL, 'text')")
    sql.commit()
    sql.close()
    assert len(odd_values(tmp_path)) == 2
