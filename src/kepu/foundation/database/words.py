"""What can go wrong with the database and its folders, each in one sentence that says what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kepu.foundation.errors import DomainError


class DatabaseUnavailable(DomainError):
    """The database can not be had; the message says why and what to do."""

    code = "database_unavailable"
    status = 503


def disk_full(folder: Path) -> str:
    """The sentence for a disk without room."""
    return f"磁盘空间不够：{folder} 所在的磁盘已满或快满了。请腾出空间后再试。"


def no_permission(folder: Path | str) -> str:
    """The sentence for a folder of another user."""
    return f"没有权限读写 {folder}。请换用建立它的用户运行，或把文件夹交还给当前用户（chown）。"


@contextmanager
def errors_in_words(folder: Path) -> Iterator[None]:
    """Tell trouble with this folder, its disk and its rights."""
    try:
        yield
    except PermissionError as error:
        if error.filename is None:
            raise
        raise DatabaseUnavailable(no_permission(os.fsdecode(error.filename))) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DatabaseUnavailable(disk_full(folder)) from error
        if error.errno == errno.EROFS:
            raise DatabaseUnavailable(f"{folder} 所在的磁盘是只读的。请用 KEPU_VAR 指定一个可写的文件夹。") from error
        raise


def explain(words: str, *, home: Path, log: Path) -> str:
    """Turn what PostgreSQL said into one sentence that says what to do."""
    known = {
        "No space left on device": disk_full(home),
        "Disk quota exceeded": disk_full(home),
        "Permission denied": no_permission(home),
        "Cannot allocate memory": "内存不够，数据库没有启动。请关掉别的程序后再试。",
        "could not resize shared memory": "共享内存不够，数据库没有启动。请加大容器的 /dev/shm。",
        "pre-existing shared memory block": "上次的数据库进程还没有退出。请稍等片刻再试，或运行 kepu stop。",
        "error while loading shared libraries": "缺少系统库，数据库没有启动。请安装 zlib1g，或用 DATABASE_URL 指定一个数据库。",
        "could not locate a valid checkpoint record": "数据库文件已损坏，无法自动恢复。请用 kepu restore 从备份恢复。",
    }
    for sign, sentence in known.items():
        if sign in words:
            return sentence
    lines = [line for line in words.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    last = (lines or words.strip().splitlines() or ["没有说明原因"])[-1]
    return f"数据库没有启动：{last.strip()}。详见日志 {log}。"
