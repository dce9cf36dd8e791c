"""The settings of a relay: one frozen struct, from one TOML file (docs/operate/relay.example.toml)."""

from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class RelaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an operator may choose. Whatever protects people is not among it."""

    data: str = "relay"
    """Directory of the databases, made by `relay init`; relative to where the relay is started."""
    host: str = "127.0.0.1"
    """Address to listen on. TLS or an onion service stands in front, on the same machine."""
    port: Port = 8_400
    """TCP port; 0 takes a free one."""
    expire: bool = False
    """Whether streams go after `retention_days`. Off until members can say which of theirs to keep."""
    retention_days: Days = 180
    """Days after its last envelope on which a stream goes, if `expire` is on."""
    requests_at_once: Count = 1_000
    """Requests being received or judged at once; above it: `busy`. Each holds at most 300,000 bytes."""
    waiting_at_once: Count = 4_000
    """Requests that wait for news (long poll) at once; above it: `busy`. Each costs about 20 KiB."""
