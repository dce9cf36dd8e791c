"""Who may ask: the challenge, then the signatures, before anything but the space is looked up (spec: relay)."""

from collections.abc import Callable
from typing import Any, Final

from safeconduct.errors import ChallengeOld, NotMember, Unproved
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


def _setter(asked: r.KeysSet, space: Space) -> bytes:
    """Root or keeper; a set that stands already may be repeated by the keeper it has replaced."""
    if not asked.by_keeper:
        return space.root
    return space.keeper_before if asked.keys == space.keys else space.keys.keeper


_SIGNERS: Final[dict[type, Callable[[Any, Any], tuple[bytes, ...]]]] = {
    r.ManifestAsked: lambda _asked, _space: (),
    r.SpaceMade: lambda asked, _space: (asked.root,),
    r.KeysSet: lambda asked, space: (_setter(asked, space),),
    r.Published: lambda _asked, space: (space.keys.keeper,),
    r.ContactSent: lambda _asked, _space: (),  # certifies itself
    r.Resealed: lambda asked, _space: (asked.access,),
    # An erase key is known to the store alone: `admit_erase` follows.
    r.Appended: lambda asked, space: (asked.access, space.keys.member)[: 2 if asked.by == r.BY_MEMBER else 1],
    r.Born: lambda asked, space: (asked.access, space.keys.member),
    r.ReadAsked: lambda asked, space: (*(access for access, _ in asked.wants), space.keys.member),
    r.FeedAsked: lambda _asked, space: (space.keys.member,),
    r.ArrivalsAsked: lambda _asked, space: (space.keys.intake,),
    r.Posted: lambda _asked, space: (space.keys.member,),
    r.CollectAsked: lambda asked, _space: (asked.collect,),
}


def admit(asked: r.Request, space: Space | None, challenges: Challenges) -> None:
    """Return only if the challenge is good and each signature is that of whom the route names.

    Raises:
        ChallengeOld; SignatureWrong and its kin; NotMember: where the members should have signed.
    """
    if isinstance(asked, r.ReadAsked | r.FeedAsked | r.CollectAsked):
        challenges.check(asked.challenge)
    # A read without the members' signature has one signature less than the keys named for it.
    for key, signature in zip(_SIGNERS[type(asked)](asked, space), asked.signatures, strict=False):
        try:
            verify(key, asked.said, signature)
        except Unproved:
            if space and key == space.keys.member:
                raise NotMember from None
            raise


def admit_erase(asked: r.Appended, erase: bytes) -> None:
    """Return only if the stream's erase key signed.

    Raises:
        SignatureWrong and its kin.
    """
    verify(erase, asked.said, asked.signatures[1])
