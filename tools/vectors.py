"""Makes the files of vectors/, from fixed seeds; `--check` says whether they are what it would make.

Letters are the exception: what encapsulates them draws by itself. One that still opens to what was meant is kept.
"""

import sys
from collections.abc import Callable
from typing import Final

import vectors_answer
import vectors_chain
import vectors_contact
import vectors_encoding
import vectors_envelope
import vectors_event
import vectors_framing
import vectors_letter
import vectors_manifest
import vectors_member
import vectors_request
import vectors_signing
from vectors_read import ROOT, files
from vectors_write import Section

SECTIONS: Final[dict[str, list[Callable[[Section], None]]]] = {
    "framing": [vectors_framing.write],
    "encoding": [vectors_encoding.write],
    "signing": [vectors_signing.write],
    "envelope": [vectors_envelope.write],
    "chain": [vectors_chain.write],
    "letter": [vectors_letter.write, vectors_member.write],
    "manifest": [vectors_manifest.write],
    "event": [vectors_event.write],
    "contact": [vectors_contact.write],
    "request": [vectors_request.write, vectors_answer.write],
}


def made() -> dict[str, str]:
    """The text of every file, by its path below `vectors/`."""
    found: dict[str, str] = {}
    for name, parts in SECTIONS.items():
        section = Section(name)
        for write in parts:
            write(section)
        found |= section.files()
    return found


def main() -> int:
    """Writes what differs, or says it."""
    wanted = made()
    standing = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files()}
    differing = [name for name in sorted(wanted | standing) if wanted.get(name) != standing.get(name)]
    if "--check" in sys.argv[1:]:
        for name in differing:
            print(f"vectors/{name} is not what this would make")
        return 1 if differing else 0
    for name in differing:
        path = ROOT / name
        if name in wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
