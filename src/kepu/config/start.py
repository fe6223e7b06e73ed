"""The first step of every command that needs the site: its secret, its database, then Django."""

from __future__ import annotations

import os
import secrets

from kepu.foundation import database
from kepu.foundation.database import Say, say_on_stderr


def prepare_environment(say: Say = say_on_stderr) -> None:
    """Make what the settings need: the secret key, a running database, the settings' name.

    Raises:
        DatabaseUnavailable: the database can not be had; the message says why and what to do.
    """
    make_secret_key()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")
    database.ensure_running(say=say)


def open_site(say: Say = say_on_stderr) -> None:
    """Prepare the environment and set Django up."""
    prepare_environment(say)
    import django

    django.setup()


def make_secret_key() -> None:
    """At the first start, leave a secret key in `var` that only its owner can read."""
    if os.environ.get("KEPU_SECRET_KEY"):
        return
    with database.errors_in_words():
        var = database.var_folder()
        var.mkdir(parents=True, exist_ok=True)
        file = var / "secret_key"
        if file.exists():
            file.read_bytes()  # another user's key is refused here, in words
            return
        draft = var / f".secret_key.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as key:
            key.write(f"{secrets.token_urlsafe(48)}\n")
        try:
            os.link(draft, file)  # the first of two starts wins
        except FileExistsError:
            return
        finally:
            draft.unlink()
