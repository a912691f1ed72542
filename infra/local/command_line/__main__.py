"""`python -m infra.local.command_line` is `knowledge-rag`."""

import sys

from infra.local.command_line.main import main

sys.exit(main())
