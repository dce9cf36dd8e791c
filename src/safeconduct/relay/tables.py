"""The tables of all files. Every column says why it may be kept."""

from typing import Any, Final, NamedTuple

from safeconduct.sealed.access import chain_next, chain_start

FORMAT: Final = 1

# The relay's own: `space.db`.
SPACE_SCHEMA: Final = """
CREATE TABLE relay (
    seed BLOB NOT NULL,           -- the relay's signing key: it must start without a person beside it
    day INTEGER NOT NULL,         -- the relay's day, so that it never falls
    confirmed INTEGER,            -- the clock's day as the operator confirmed it; gone once day and clock agree
    quiet_until INTEGER NOT NULL  -- nothing expires up to this day: a wrong clock must not delete the house
) STRICT;
CREATE TABLE code (
    digest BLOB PRIMARY KEY,      -- of an operator's one-time code; the code itself is nowhere
    used INTEGER NOT NULL         -- 1 once it has made a space
) STRICT, WITHOUT ROWID;
CREATE TABLE space (
    number INTEGER PRIMARY KEY,   -- stands in every row of the other files in the place of 32 bytes
    root BLOB UNIQUE NOT NULL,    -- public keys: what members and doors are recognised by
    serial INTEGER NOT NULL,      -- of the three keys, so that an old set cannot come back
    keeper BLOB NOT NULL,
    member BLOB NOT NULL,
    intake BLOB NOT NULL,
    keeper_before BLOB NOT NULL,  -- so that the request that replaced it may be repeated after a lost answer
    manifest BLOB NOT NULL,       -- what any door may ask for: manifest, box keys, form
    box_keys BLOB NOT NULL,
    form BLOB NOT NULL
) STRICT;
"""

# What people send: *today* and *past* have the same.
SCHEMA: Final = """
CREATE TABLE birth (               -- a stream with its envelope 1; a contact is this one row
    space INTEGER NOT NULL,        -- whose stream it is
    stream BLOB NOT NULL,          -- its id, the digest of `access`: the order in which a closed day is kept
    class INTEGER NOT NULL,        -- contact, thread, file, roster: who may write and close
    day INTEGER NOT NULL,          -- signed into the chain: voices are judged by it
    resealed INTEGER,              -- day of a newer letter, if there is one: intake asks by day
    access BLOB NOT NULL,          -- public key that reads and appends; the tags of later days are made from it
    erase BLOB NOT NULL,           -- public key that may close it besides members, or empty
    box BLOB NOT NULL,             -- which weekly box of intake the letter is sealed to, or empty
    digest BLOB NOT NULL,          -- of the envelope: a repeat is recognised by it
    letter BLOB NOT NULL,          -- sealed to intake, or to the recovery box, or empty
    envelope BLOB NOT NULL,        -- sealed
    PRIMARY KEY (space, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE envelope (            -- envelopes 2, 3, ...
    space INTEGER NOT NULL,
    stream BLOB NOT NULL,
    n INTEGER NOT NULL,            -- its place in its stream: whoever reads the stream must know it
    day INTEGER NOT NULL,          -- signed into the chain
    closing INTEGER NOT NULL,      -- 1 if it closed the stream; signed into the chain
    digest BLOB NOT NULL,          -- a repeat is recognised by it
    hash BLOB NOT NULL,            -- H(n): what the next head is made from
    envelope BLOB NOT NULL,        -- sealed
    PRIMARY KEY (space, stream, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX envelope_digest ON envelope (space, stream, digest);
CREATE TABLE reseal (              -- a contact's newer letter until its day has closed; empty in past
    space INTEGER NOT NULL,
    stream BLOB NOT NULL,
    day INTEGER NOT NULL,          -- intake asks by day
    box BLOB NOT NULL,             -- which weekly box of intake the letter is sealed to
    letter BLOB NOT NULL,          -- sealed
    PRIMARY KEY (space, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE letter (
    space INTEGER NOT NULL,
    address BLOB NOT NULL,         -- the digest of a key that its reader changes every week
    digest BLOB NOT NULL,          -- a repeat is recognised by it, and it is acknowledged by it
    day INTEGER NOT NULL,          -- it goes thirty days after it
    letter BLOB NOT NULL,          -- sealed; empty once acknowledged, the row goes when that day closes
    PRIMARY KEY (space, address, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE book (                -- what moved on a closed day; empty in today
    space INTEGER NOT NULL,
    day INTEGER NOT NULL,          -- a desk that was away asks for each day
    book BLOB NOT NULL,            -- tags, sorted: who does not know a stream cannot tell that it moved
    PRIMARY KEY (space, day)
) STRICT, WITHOUT ROWID;
"""

# Arrivals of a closed day are asked for by day. Today holds one day only, and its order is in memory.
PAST_INDEXES: Final = """
CREATE INDEX birth_day ON birth (space, day);
CREATE INDEX birth_resealed ON birth (space, resealed) WHERE resealed IS NOT NULL;
"""
KEYS: Final = {
    "birth": ("space", "stream"),
    "envelope": ("space", "stream", "n"),
    "reseal": ("space", "stream"),
    "letter": ("space", "address", "digest"),
    "book": ("space", "day"),
}
Row = tuple[Any, ...]
"""As the schema names the columns, or those of the key."""


class Place(NamedTuple):
    """Envelope n of a stream: what a head says of it."""

    n: int
    hash: bytes
    day: int
    closing: int


def first_place(stream: bytes, digest: bytes, day: int) -> Place:
    """Envelope 1 of a stream, from its digest and day."""
    return Place(1, chain_next(chain_start(stream), digest, day, 0), day, 0)


class Known(NamedTuple):
    """What is needed of a stream to judge what is asked of it: no bodies. `digest`, `size_bytes`: of envelope 1."""

    space: int
    stream: bytes
    kind: int
    day: int
    access: bytes
    erase: bytes
    digest: bytes
    size_bytes: int

    @property
    def first(self) -> Place:
        """Envelope 1."""
        return first_place(self.stream, self.digest, self.day)


class Letter(NamedTuple):
    """A letter at an address; `letter` is empty once it was acknowledged."""

    space: int
    address: bytes
    digest: bytes
    day: int
    letter: bytes
