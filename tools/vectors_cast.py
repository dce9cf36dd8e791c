"""Who and what the vectors are about: one organisation, its relay, one seeker; all keys from fixed seeds."""

from typing import Final

from safeconduct.sealed.access import space_id
from safeconduct.sealed.letter import DeskBox
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import SeekerKeys, Stream
from safeconduct.sealed.wire import Octets
from vectors_write import draw, seed

ROOT: Final = SigningKey(seed("root"))
SPACE: Final = space_id(ROOT.public)
OTHER_SPACE: Final = space_id(SigningKey(seed("another root")).public)
RELAY: Final = SigningKey(seed("relay"))
KEEPER: Final = SigningKey(seed("keeper"))
MEMBER: Final = SigningKey(seed("member"))
INTAKE: Final = SigningKey(seed("intake"))
VOICE: Final = SigningKey(seed("voice"))
DESK: Final = SigningKey(seed("desk"))
STRANGER: Final = SigningKey(seed("stranger"))
SEEKER: Final = SeekerKeys(draw("phrase", 64))
CONTACT: Final = SEEKER.contact
THREAD: Final = Stream(seed("thread"))
FILE: Final = Stream(seed("file"))
BOX: Final = BoxPrivate(seed("intake's box"))
DESK_BOX: Final = DeskBox.of(seed("desk's box"))
DAY: Final = 20_601
"""In the week that begins with day 20,594."""
LANE: Final = draw("lane", 8)


def text(raw: bytes) -> str:
    """Bytes as they stand in JSON, without the quotes."""
    return Octets(raw).text()
