"""`python -m verification` is the `verify` command."""

import sys

from verification.cli import main

sys.exit(main())
