"""Who may ask: the space, the challenge, the signatures, before anything else is looked up (spec: relay)."""

from collections.abc import Callable, Mapping
from typing import Final

from safeconduct.errors import ChallengeOld, NotMember, SpaceUnknown, Unproved
from safeconduct.relay import request as r
from safeconduct.relay.space import Space
from safeconduct.sealed.access import challenge_good, make_challenge
from safeconduct.sealed.signing import Random, verify


class Challenges:
    """What clients sign instead of their clocks. Nothing is stored; a restart ends them all."""

    def __init__(self, random: Random, steady_s: Callable[[], float]) -> None:
        """Draw the key of this run, and count its seconds from now."""
        self._key: Final = random(32)
        self._steady_s: Final = steady_s
        self._start_s: Final = steady_s()

    def make(self) -> bytes:
        """One for the next ten minutes."""
        return make_challenge(self._key, self._now_s())

    def check(self, untrusted: bytes) -> None:
        """Return only if it is ours and not too old.

        Raises:
            ChallengeOld.
        """
        if not challenge_good(self._key, untrusted, self._now_s()):
            raise ChallengeOld

    def _now_s(self) -> int:
        return int(self._steady_s() - self._start_s)


def admit(asked: r.Changing | r.Writing | r.Looking, spaces: Mapping[bytes, Space], challenges: Challenges) -> Space:
    """Return the space, if there is one, the challenge is good and each signature is that of whom the route names.

    An erase key's signature is left to the store: only there the key is known.

    Raises:
        SpaceUnknown; ChallengeOld; SignatureWrong and its kin; NotMember: where the members should have signed.
    """
    space = spaces.get(asked.space)
    if space is None:
        raise SpaceUnknown
    if isinstance(asked, r.ReadAsked | r.FeedAsked | r.CollectAsked):
        challenges.check(asked.challenge)
    for signer, signature in asked.signed:
        if signer is r.Role.ERASE:
            continue
        try:
            verify(signer if isinstance(signer, bytes) else _key_of(signer, asked, space), asked.said, signature)
        except Unproved:
            if signer is r.Role.MEMBER:
                raise NotMember from None
            raise
    return space


def _key_of(role: r.Role, asked: r.Asked, space: Space) -> bytes:
    # A set of keys that stands already may be repeated by the keeper it has replaced.
    repeats = isinstance(asked, r.KeysSet) and asked.keys == space.keys
    return {
        r.Role.ROOT: space.root,
        r.Role.KEEPER: space.keeper_before if repeats else space.keys.keeper,
        r.Role.MEMBER: space.keys.member,
        r.Role.INTAKE: space.keys.intake,
    }[role]
