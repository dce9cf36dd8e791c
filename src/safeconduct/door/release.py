"""A release of the door: the list of its files with their digests, signed (label `release` of the spec).

The list is text as `sha256sum -c` reads it: one line a file, digest in hex, two blanks, name, sorted by name.
It holds everything that a door serves but `org.js`, so it is the same for every organisation.
"""

import hashlib
from pathlib import Path

from safeconduct.sealed.signing import SigningKey, frame, verify


def release_digest_list(static: Path) -> bytes:
    """The list of what lies in this folder."""
    files = sorted(path for path in static.iterdir() if path.is_file())
    return b"".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n".encode() for path in files)


def sign_release(key: SigningKey, digest_list: bytes) -> bytes:
    """64 bytes, to be served as `release.sig` beside `release.txt`."""
    return key.sign(frame("release", digest_list))


def verify_release(public: bytes, digest_list: bytes, untrusted_signature: bytes) -> None:
    """Return only if this key signed this list.

    Raises:
        LengthWrong, KeySpelling, KeyWeak, SignatureSpelling, SignatureWrong: as `signing.verify`.
    """
    verify(public, frame("release", digest_list), untrusted_signature)
