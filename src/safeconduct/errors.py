"""The tree of refusals: every leaf is a code, and no refusal carries a value.

    Refusal
    ├── Malformed      frame-broken  length-wrong  size-wrong  json-broken  json-deep
    │                  json-spelling  field-wrong  kind-unknown
    ├── Unproved       key-weak  key-spelling  signature-spelling  signature-wrong
    ├── Shut           envelope-shut  letter-shut  padding-wrong  vault-shut
    ├── Untrue         id-wrong  writer-wrong  chain-broken  head-wrong  day-fell  day-wrong
    │                  continue-misplaced  continue-wrong  birth-wrong  chain-long
    │                  sender-wrong  purpose-wrong
    ├── Misremembered  phrase-length  word-unknown  phrase-check  phrase-ambiguous
    ├── Unentitled     space-wrong  delegation-wrong  delegation-old  delegation-ended
    │                  manifest-wrong  manifest-old  manifest-ended  manifest-long  box-unnamed
    ├── Refused        what a relay answers: space-unknown  space-taken  code-wrong  key-gone  closed
    │                  stale  full  clock  disk-full  challenge-old  stream-unknown  stream-taken
    │                  serial-old  not-member  too-large  too-slow  busy  route-unknown  broken
    ├── Unreached      relay-silent  relay-foreign
    └── Unfit          config-wrong  format-other  desk-unknown  desk-taken
                       relay-unknown  relay-taken

The same word stands in the spec, in HTTP answers, in TypeScript and in the translations. A code says
what was found, never what was in it: no key, id, address or text can reach a screen or a pipe this way.
The desk's *alarms* (what it tells caseworkers about a relay or a colleague) are a second tree:
`safeconduct.case.alarm`.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - the field's word for an error that crosses a border
    """Something was not accepted, and nothing was changed. Never raised itself, only its leaves."""

    code: ClassVar[str] = ""

    def __init__(self) -> None:
        """Take no value: what was refused must not travel with the refusal."""
        super().__init__(self.code)


class Malformed(Refusal):
    """The bytes are not of their form."""


class FrameBroken(Malformed):
    """Not the frame that was expected: another label, another number of fields, or bytes left over."""

    code = "frame-broken"


class LengthWrong(Malformed):
    """A field of fixed length has another length."""

    code = "length-wrong"


class SizeWrong(Malformed):
    """An envelope or letter is not of one of the sizes that exist, or would fit a smaller one."""

    code = "size-wrong"


class JsonBroken(Malformed):
    """Not JSON in UTF-8."""

    code = "json-broken"


class JsonDeep(Malformed):
    """Nested deeper than eight."""

    code = "json-deep"


class JsonSpelling(Malformed):
    """JSON, but not in its one spelling: encoding what was read gives other bytes."""

    code = "json-spelling"


class FieldWrong(Malformed):
    """A field is missing, unknown, of the wrong type or out of range."""

    code = "field-wrong"


class KindUnknown(Malformed):
    """An event, letter or request of a kind this version does not know."""

    code = "kind-unknown"


class Unproved(Refusal):
    """A signature that proves nothing."""


class KeyWeak(Unproved):
    """A public key (or the R of a signature) of small order."""

    code = "key-weak"


class KeySpelling(Unproved):
    """A public key (or the R of a signature) that is not in its one spelling (y >= p)."""

    code = "key-spelling"


class SignatureSpelling(Unproved):
    """A signature whose S is not below L."""

    code = "signature-spelling"


class SignatureWrong(Unproved):
    """The signature is not this key's over these bytes."""

    code = "signature-wrong"


class Shut(Refusal):
    """Something sealed does not open."""


class EnvelopeShut(Shut):
    """The stream's key does not open this envelope here."""

    code = "envelope-shut"


class LetterShut(Shut):
    """The box does not open this letter for this purpose."""

    code = "letter-shut"


class PaddingWrong(Shut):
    """What fills the rest is not zeros, or the stated length does not fit."""

    code = "padding-wrong"


class VaultShut(Shut):
    """The passphrase does not open this desk, or the desk is locked."""

    code = "vault-shut"


class Untrue(Refusal):
    """Well formed and signed, and yet it cannot be so."""


class IdWrong(Untrue):
    """An id that is not the digest of what it names."""

    code = "id-wrong"


class WriterWrong(Untrue):
    """A writer without standing in this stream on that day."""

    code = "writer-wrong"


class ChainBroken(Untrue):
    """The envelopes do not hash to the signed head."""

    code = "chain-broken"


class HeadWrong(Untrue):
    """A head of another stream, or one that says something impossible."""

    code = "head-wrong"


class DayFell(Untrue):
    """A day before the day of the envelope in front of it."""

    code = "day-fell"


class DayWrong(Untrue):
    """A day the relay signed that is not an answer to this question."""

    code = "day-wrong"


class ContinueMisplaced(Untrue):
    """A `continue` that is not the last envelope of a closed stream, or not after the head it names."""

    code = "continue-misplaced"


class ContinueWrong(Untrue):
    """A `continue` whose digest is not that of the secret that came with it."""

    code = "continue-wrong"


class BirthWrong(Untrue):
    """A first envelope that does not name what it must."""

    code = "birth-wrong"


class ChainLong(Untrue):
    """More than 64 streams continue one another."""

    code = "chain-long"


class SenderWrong(Untrue):
    """A letter from someone who may not send this."""

    code = "sender-wrong"


class PurposeWrong(Untrue):
    """A letter whose content does not fit its purpose."""

    code = "purpose-wrong"


class Misremembered(Refusal):
    """The words are not a return phrase."""


class PhraseLength(Misremembered):
    """Not nine words."""

    code = "phrase-length"


class WordUnknown(Misremembered):
    """A word that is in no list, and nothing near it fits."""

    code = "word-unknown"


class PhraseCheck(Misremembered):
    """Nine words of the list that do not belong together in this order."""

    code = "phrase-check"


class PhraseAmbiguous(Misremembered):
    """More than one phrase could be meant."""

    code = "phrase-ambiguous"


class Unentitled(Refusal):
    """A delegation or manifest that does not speak for this space today."""


class SpaceWrong(Unentitled):
    """Of another space."""

    code = "space-wrong"


class DelegationWrong(Unentitled):
    """Not signed by the root of this space."""

    code = "delegation-wrong"


class DelegationOld(Unentitled):
    """Its serial is below the lowest accepted."""

    code = "delegation-old"


class DelegationEnded(Unentitled):
    """Its last day is past, or more than 180 days ahead."""

    code = "delegation-ended"


class ManifestWrong(Unentitled):
    """Not signed by the delegated key, or it contradicts itself."""

    code = "manifest-wrong"


class ManifestOld(Unentitled):
    """Its serial is below one already seen."""

    code = "manifest-old"


class ManifestEnded(Unentitled):
    """Its last day is past: nobody can receive now."""

    code = "manifest-ended"


class ManifestLong(Unentitled):
    """It claims to last longer than 14 days, or longer than its last box."""

    code = "manifest-long"


class BoxUnnamed(Unentitled):
    """The intake box key that was given is not one the manifest names for this day."""

    code = "box-unnamed"


class Refused(Refusal):
    """What a relay answers when it does not do what was asked. `status` is HTTP's."""

    status: ClassVar[int] = 400


class SpaceUnknown(Refused):
    """The relay has no such space."""

    code = "space-unknown"
    status = 404


class SpaceTaken(Refused):
    """The space exists already."""

    code = "space-taken"
    status = 409


class CodeWrong(Refused):
    """Not the operator's code, or it has been used."""

    code = "code-wrong"
    status = 403


class KeyGone(Refused):
    """The box this letter is sealed to is no longer open: fetch the manifest, seal the letter anew."""

    code = "key-gone"
    status = 409


class Closed(Refused):
    """The stream is closed and goes on elsewhere."""

    code = "closed"
    status = 409


class Stale(Refused):
    """The stream has moved past the head that was named: read, then write again."""

    code = "stale"
    status = 409


class Full(Refused):
    """The stream's quota is used up."""

    code = "full"
    status = 413


class ClockWrong(Refused):
    """The day is in doubt, by the relay's clock or this computer's: nothing is written until that is settled."""

    code = "clock"
    status = 503


class DiskFull(Refused):
    """The relay's disk is full; nothing was taken and nothing lost."""

    code = "disk-full"
    status = 507


class ChallengeOld(Refused):
    """The challenge is older than ten minutes or from before a restart: take the new one and repeat."""

    code = "challenge-old"
    status = 401


class StreamUnknown(Refused):
    """There is no such stream to append to."""

    code = "stream-unknown"
    status = 404


class StreamTaken(Refused):
    """A stream with this id exists with another first envelope."""

    code = "stream-taken"
    status = 409


class SerialOld(Refused):
    """A serial that does not rise."""

    code = "serial-old"
    status = 409


class NotMember(Refused):
    """This needs the key that the space's members share."""

    code = "not-member"
    status = 403


class TooLarge(Refused):
    """The request is larger than its route allows."""

    code = "too-large"
    status = 413


class TooSlow(Refused):
    """The request did not arrive whole in time."""

    code = "too-slow"
    status = 408


class Busy(Refused):
    """The relay has as much at hand as it can hold: come again shortly."""

    code = "busy"
    status = 503


class RouteUnknown(Refused):
    """No such route."""

    code = "route-unknown"
    status = 404


class Broken(Refused):
    """The relay failed in a way it has no word for; nothing was acknowledged."""

    code = "broken"
    status = 503


class Unreached(Refusal):
    """The relay could not be asked."""


class RelaySilent(Unreached):
    """No answer: no network, no relay, or too slow."""

    code = "relay-silent"


class RelayForeign(Unreached):
    """An answer that no relay gives (a login page, a proxy's error)."""

    code = "relay-foreign"


class Unfit(Refusal):
    """A program's own files do not let it start."""


class ConfigWrong(Unfit):
    """A settings file with an unknown key, a wrong type or a value out of range."""

    code = "config-wrong"


class FormatOther(Unfit):
    """Files of another format of Safeconduct."""

    code = "format-other"


class DeskUnknown(Unfit):
    """There is no desk here yet."""

    code = "desk-unknown"


class DeskTaken(Unfit):
    """A desk exists here already, or is open in another program."""

    code = "desk-taken"


class RelayUnknown(Unfit):
    """No relay was founded in this folder: `safeconduct relay init` makes one."""

    code = "relay-unknown"


class RelayTaken(Unfit):
    """Another process has this relay's files open."""

    code = "relay-taken"


def leaves(root: type[Refusal] = Refusal) -> dict[str, type[Refusal]]:
    """Every code of this tree with its class, in its order; what a room refuses for itself (count) is its own."""
    found: dict[str, type[Refusal]] = {}
    for child in (each for each in root.__subclasses__() if each.__module__ == __name__):
        if "code" in vars(child):
            found[child.code] = child
        found.update(leaves(child))
    return found
