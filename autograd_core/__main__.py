"""``python -m autograd_core COMMAND``, installed as ``autograd-core`` too: see ``commandline``."""

import sys

from .commandline.entry import main

if __name__ == "__main__":
    sys.exit(main())
