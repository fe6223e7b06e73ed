"""How a command fails on purpose."""

import click

REFUSED = 1


class Refused(click.ClickException):
    """The command was understood but can not be done; leaves with 1."""

    exit_code = REFUSED
