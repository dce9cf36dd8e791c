"""What must not show: key material, and what people wrote."""

from typing import NoReturn


class Secret:
    """A base for whatever holds a key or a text: `repr`, `str` and `format` show its kind only, pickle refuses it.

    A stray f-string, a traceback or a cache can then not give it away; what it holds is asked for by name.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """The kind, never the content."""
        return f"{type(self).__name__}(…)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied deeply: that would be a second way out."""
        raise TypeError
