"""`python -m kepu.cli` is `kepu`."""

from kepu.cli import main

main()
