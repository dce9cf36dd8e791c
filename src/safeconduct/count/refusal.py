"""What a count does not accept. A branch of the tree in `safeconduct.errors`, kept with the room that grows it.

Uncountable
├── the file    file-large  file-form  file-broken  spreadsheet-bomb  extra-missing
├── the table   table-empty  lists-few  lists-many  list-twice  rows-refused  stratum-unknown
├── the people  overlap-none  overlap-all  count-large
├── the pairs   decisions-clash  decision-unknown
└── the asking  method-unknown  stopped
"""

from safeconduct.errors import Refusal


class Uncountable(Refusal):
    """Nothing was estimated, and nothing was changed."""


class FileLarge(Uncountable):
    """The file is larger than 64 MB, or has more rows than a count can need."""

    code = "file-large"


class FileForm(Uncountable):
    """Not a file that is read here: CSV, XLSX, JSON lines or Parquet."""

    code = "file-form"


class FileBroken(Uncountable):
    """The file is not what its name says, or cannot be read."""

    code = "file-broken"


class SpreadsheetBomb(Uncountable):
    """The spreadsheet unfolds to more than it could honestly hold; it was not opened."""

    code = "spreadsheet-bomb"


class ExtraMissing(Uncountable):
    """The packages for counting are not installed: tools/setup count in a checkout, else see docs/desk/install."""

    code = "extra-missing"


class TableEmpty(Uncountable):
    """There is nobody in the table."""

    code = "table-empty"


class ListsFew(Uncountable):
    """One list alone says nothing of those who are not on it: two lists or more are needed."""

    code = "lists-few"


class ListsMany(Uncountable):
    """More than ten lists: join those that belong together."""

    code = "lists-many"


class ListTwice(Uncountable):
    """Two columns have the same name, or one has none."""

    code = "list-twice"


class RowsRefused(Uncountable):
    """Some rows are not capture histories: the table was not counted without them."""

    code = "rows-refused"


class StratumUnknown(Uncountable):
    """No such stratum in the file."""

    code = "stratum-unknown"


class OverlapNone(Uncountable):
    """Nobody is on two lists: nothing can be said of those who are on none."""

    code = "overlap-none"


class OverlapAll(Uncountable):
    """Everybody is on every list: these are copies of one list, and say nothing of those who are on none."""

    code = "overlap-all"


class CountLarge(Uncountable):
    """More than a thousand million people."""

    code = "count-large"


class DecisionsClash(Uncountable):
    """Two decisions on pairs cannot both be so: take one back."""

    code = "decisions-clash"


class DecisionUnknown(Uncountable):
    """A decision on a pair is none of: same, different, cannot tell, or nothing."""

    code = "decision-unknown"


class MethodUnknown(Uncountable):
    """No such method."""

    code = "method-unknown"


class Stopped(Uncountable):
    """It was stopped before it had an answer."""

    code = "stopped"
