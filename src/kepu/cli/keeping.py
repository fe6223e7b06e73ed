"""Backup and restore: the database, the uploaded files and the secret in one tar file."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import IO

from kepu.cli.site import SiteRefused, ask, refuse_while_running, replace_database, step, tell
from kepu.config.start import make_secrets
from kepu.foundation import database
from kepu.foundation.errors import InputUnreadable
from kepu.foundation.keys import FILE as KEYS_FILE

_DUMP, _NOTE, _FILES = "database.dump", "kepu.json", "files"
_SECRETS = ("secret_key", KEYS_FILE)


def backup_site(file: Path, *, is_forced: bool) -> int:
    """Write a backup. The site may run meanwhile."""
    if file.exists() and not is_forced:
        raise SiteRefused(f"{file} 已经存在；换一个名字，或加 --force 覆盖它。")
    if not file.resolve().parent.is_dir():
        raise SiteRefused(f"没有文件夹 {file.resolve().parent}，请先建立它。")
    make_secrets()
    var = database.var_folder()
    part = file.with_name(f"{file.name}.part")
    try:
        with database.errors_in_words(), tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
            url = database.ensure_running(say=tell)
            dump = Path(folder) / _DUMP
            with step("导出数据库"):
                _call([str(database.program("pg_dump")), "-Fc", "-f", str(dump), "-d", url], "导出数据库")
            note = Path(folder) / _NOTE
            note.write_text(json.dumps({"kepu": version("kepu"), "format": 1}), "utf-8")
            with (
                step("收集上传的文件"),
                os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
            ):
                with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    kept = ((var / name, name) for name in (*_SECRETS, _FILES))
                    for path, name in ((note, _NOTE), (dump, _DUMP), *kept):
                        if path.exists():
                            tar.add(path, arcname=name)
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
    finally:
        part.unlink(missing_ok=True)
        database.release()
    size = file.stat().st_size / database.MEGABYTE
    tell(f"已备份到 {file}（{size:.1f} MB）。里面有密钥和个人信息，请妥善保管。")
    return 0


def restore_site(file: Path, *, is_agreed: bool) -> int:
    """Replace database and files by those of a backup; all or nothing."""
    refuse_while_running("恢复备份")
    var = database.var_folder()
    with database.errors_in_words():
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=var, prefix=".restoring-") as name:
            folder = Path(name)
            with step("读备份"):
                _unpack(file, folder)
            if not is_agreed and not ask("现有的数据会被备份里的替换。继续吗？"):
                return 1
            try:
                url = database.ensure_running(say=tell)
                with step("恢复数据库"):
                    replace_database(url, lambda address: _fill(address, folder / _DUMP))
                _exchange(folder, var)
            finally:
                database.release()
    tell("已恢复。运行 kepu up 启动站点。")
    return 0


def _unpack(file: Path, folder: Path) -> None:
    wrong = InputUnreadable(f"{file} 不是 kepu backup 做的备份，或已损坏。请换一个文件。")
    if not file.is_file():
        raise InputUnreadable(f"找不到备份文件 {file}，请检查路径。")
    try:
        with tarfile.open(file) as tar:
            _extract(tar, folder)
    except (tarfile.TarError, EOFError, FileExistsError) as problem:
        raise wrong from problem
    try:
        note = json.loads((folder / _NOTE).read_text("utf-8"))
        known = note.get("format") == 1 and (folder / _DUMP).is_file()
    except (OSError, ValueError) as problem:
        raise wrong from problem
    if not known:
        raise wrong


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpack files and folders below a folder, and nothing else.

    Python before 3.11.4 has no filter for that, so the rule is ours on every version: no backup of ours holds links,
    devices or paths that lead out.

    Raises:
        tarfile.TarError: something else is in it.
    """
    top = folder.resolve()
    for member in tar:
        target = (top / member.name).resolve()
        if not (member.isfile() or member.isdir()) or not target.is_relative_to(top):
            raise tarfile.ExtractError(member.name)
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        content = tar.extractfile(member)
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(content, out)  # type: ignore[arg-type]  # a file has content


def _fill(url: str, dump: Path) -> None:
    """Play the dump into an empty database.

    Goes through SQL text, because an older server does not know every setting that a newer `pg_restore` makes.
    """
    reader = subprocess.Popen(  # noqa: S603 the embedded server's own program
        [str(database.program("pg_restore")), "--no-owner", "--no-privileges", "-f", "-", str(dump)],
        stdout=subprocess.PIPE,
    )
    writer = subprocess.Popen(  # noqa: S603 the embedded server's own program
        [str(database.program("psql")), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert reader.stdout is not None  # noqa: S101 for the type checker
    assert writer.stdin is not None  # noqa: S101 for the type checker
    try:
        with contextlib.suppress(BrokenPipeError):  # psql has said why
            _pour(reader.stdout, writer.stdin)
    finally:
        reader.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            writer.stdin.close()
        codes = reader.wait(), writer.wait()
    if any(codes):
        raise SiteRefused("备份里的数据库读不进来，请看上面的说明。现有的数据没有动。")


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    head = b"".join(source.readline() for _ in range(40))
    target.write(head.replace(b"SET transaction_timeout = 0;\n", b""))
    shutil.copyfileobj(source, target, 1024 * 1024)


def _exchange(folder: Path, var: Path) -> None:
    """Put the backup's files and secret in place."""
    for name in _SECRETS:
        if (folder / name).is_file():
            (folder / name).chmod(0o600)
            (folder / name).replace(var / name)
    new = folder / _FILES
    new.mkdir(exist_ok=True)
    present = var / _FILES
    if present.exists():
        present.rename(folder / "files.old")
    new.rename(present)


def _call(command: list[str], what: str) -> None:
    done = subprocess.run(command, check=False)  # noqa: S603 the embedded server's own program
    if done.returncode:
        raise SiteRefused(f"{what}没有成功，请看上面的说明。")
