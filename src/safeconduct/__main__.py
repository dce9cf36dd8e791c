"""`python -m safeconduct`."""

import sys

from safeconduct.cli import main

sys.exit(main())
