#!/usr/bin/env python
"""Django's own commands, with the secret and the database that they need."""

import sys


def main() -> None:
    from kepu.config.environment import EnvironmentMissing
    from kepu.config.start import prepare_environment
    from kepu.foundation.errors import DomainError

    try:
        prepare_environment()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except (DomainError, EnvironmentMissing) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
