"""The keys of personal data: outside the database, in the environment or in a file that only its owner can read."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from kepu.foundation.errors import DomainError

FILE = "privacy_keys"
_LEAST = 32


class KeysUnusable(DomainError):
    """The keys are missing or too short; the message says where they belong."""

    code = "keys_unusable"
    status = 500


@lru_cache(maxsize=4)
def _read(path: str, changed_ns: int, size: int) -> tuple[str, ...]:  # noqa: ARG001 (they tell one file from the next)
    return tuple(line.strip() for line in Path(path).read_text(encoding="ascii").splitlines() if line.strip())


def keys_of(var: Path, given: tuple[str, ...]) -> tuple[str, ...]:
    """The keys, newest first: those of the environment, else those of the file in `var`.

    Raises:
        KeysUnusable: there is none, or one is shorter than 32 characters.
    """
    keys = given
    if not keys:
        file = var / FILE
        try:
            state = file.stat()
        except FileNotFoundError:
            raise KeysUnusable(_("缺少个人信息的密钥：请用 kepu up 启动一次，或设置 KEPU_PRIVACY_KEYS。")) from None
        keys = _read(str(file), state.st_mtime_ns, state.st_size)
    if not keys or any(len(key) < _LEAST for key in keys):
        raise KeysUnusable(_("个人信息的密钥每个至少 32 个字符，一行一个（环境变量里以逗号隔开），最新的在最前。"))
    return keys


def new_key() -> str:
    """A fresh key of 256 bits."""
    return secrets.token_urlsafe(32)


def write_keys(var: Path, keys: tuple[str, ...]) -> None:
    """Replace the file by these keys at once, readable by its owner alone."""
    draft = var / f".{FILE}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(var / FILE)
