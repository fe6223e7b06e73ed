"""The one typed reader of the process environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kepu.foundation.embeddings import Endpoint

ROOT = Path(__file__).resolve().parents[3]


class EnvironmentMissing(RuntimeError):
    """A required variable is absent or unusable; the message names it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything that Kepu takes from its surroundings."""

    database_url: str
    secret_key: str
    var: Path
    root: Path = ROOT
    is_debug: bool = False
    is_demonstration: bool = False
    demonstration_day: date | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    trusted_origins: tuple[str, ...] = ()
    is_https: bool = False
    proxies: int = 0
    email_url: str = ""
    clamd: str = ""
    oidc_server: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    resident_oidc_server: str = ""
    resident_oidc_client: str = ""
    resident_oidc_secret: str = field(default="", repr=False)
    sms_gateway: str = ""
    ticket_provider: str = ""
    ticket_app_id: str = ""
    ticket_app_word: str = field(default="", repr=False)
    ticket_private_key: str = field(default="", repr=False)
    privacy_keys: tuple[str, ...] = field(default=(), repr=False)
    pool_size: int = 0
    two_factor_roles: tuple[str, ...] = ("administrator", "auditor")
    idle_minutes: int = 30
    embeddings: Endpoint | None = None
    media_hosts: tuple[str, ...] = ()


def _flag(source: Mapping[str, str], name: str) -> bool:
    value = source.get(name, "").strip().lower()
    if value in {"", "0", "false", "no"}:
        return False
    if value in {"1", "true", "yes"}:
        return True
    raise EnvironmentMissing(f"{name} 只接受 1 或 0，现在是 {value!r}。")


def _number(source: Mapping[str, str], name: str, default: int) -> int:
    value = source.get(name, "")
    if not value:
        return default
    if not value.isdigit():
        raise EnvironmentMissing(f"{name} 需要一个整数，现在是 {value!r}。")
    return int(value)


def _names(source: Mapping[str, str], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = source.get(name, "")
    return tuple(part.strip() for part in value.split(",") if part.strip()) or default


def _day(source: Mapping[str, str], name: str, default: str) -> date:
    value = source.get(name, "") or default
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise EnvironmentMissing(f"{name} 需要写成 2024-09-15 这样的日期，现在是 {value!r}。") from None


def secret_key_in(var: Path, given: str) -> str:
    """Return the given key, else the one that the first start left in `var`.

    Raises:
        EnvironmentMissing: neither is there.
    """
    if given:
        return given
    file = var / "secret_key"
    if file.is_file():
        return file.read_text(encoding="ascii").strip()
    raise EnvironmentMissing("缺少 KEPU_SECRET_KEY：请设置它，或用 kepu up 启动，由它在 var/ 下生成一个。")


def read_environment(source: Mapping[str, str] = os.environ) -> Environment:
    """Read and check the environment.

    Raises:
        EnvironmentMissing: a required value is missing or unusable; the message names the variable.
    """
    var = Path(source.get("KEPU_VAR") or ROOT / "var")
    database_url = source.get("DATABASE_URL", "")
    if not database_url:
        raise EnvironmentMissing("缺少 DATABASE_URL：请用 kepu up 或 manage.py 启动，它们会准备好数据库。")
    is_demonstration = _flag(source, "KEPU_DEMO")
    return Environment(
        database_url=database_url,
        secret_key=secret_key_in(var, source.get("KEPU_SECRET_KEY", "")),
        var=var,
        is_debug=_flag(source, "KEPU_DEBUG"),
        is_demonstration=is_demonstration,
        demonstration_day=_day(source, "KEPU_DEMO_DAY", "2024-09-15") if is_demonstration else None,
        hosts=_names(source, "KEPU_HOSTS", ("127.0.0.1", "localhost", "[::1]")),
        trusted_origins=_names(source, "KEPU_TRUSTED_ORIGINS", ()),
        is_https=_flag(source, "KEPU_HTTPS"),
        proxies=_number(source, "KEPU_PROXIES", 0),
        email_url=source.get("KEPU_EMAIL_URL", ""),
        clamd=source.get("KEPU_CLAMD", ""),
        oidc_server=source.get("KEPU_OIDC_SERVER", ""),
        oidc_client=source.get("KEPU_OIDC_CLIENT", ""),
        oidc_secret=source.get("KEPU_OIDC_SECRET", ""),
        resident_oidc_server=source.get("KEPU_RESIDENT_OIDC_SERVER", ""),
        resident_oidc_client=source.get("KEPU_RESIDENT_OIDC_CLIENT", ""),
        resident_oidc_secret=source.get("KEPU_RESIDENT_OIDC_SECRET", ""),
        sms_gateway=source.get("KEPU_SMS_GATEWAY", ""),
        ticket_provider=source.get("KEPU_TICKET_PROVIDER", ""),
        ticket_app_id=source.get("KEPU_TICKET_APP_ID", ""),
        ticket_app_word=source.get("KEPU_TICKET_APP_WORD", ""),
        ticket_private_key=source.get("KEPU_TICKET_PRIVATE_KEY", ""),
        privacy_keys=_names(source, "KEPU_PRIVACY_KEYS", ()),
        pool_size=_number(source, "KEPU_POOL_SIZE", 0),
        two_factor_roles=_names(source, "KEPU_TWO_FACTOR_ROLES", ("administrator", "auditor")),
        idle_minutes=_number(source, "KEPU_IDLE_MINUTES", 30),
        embeddings=embeddings_in(source),
        media_hosts=_media_hosts(source),
    )


def _media_hosts(source: Mapping[str, str]) -> tuple[str, ...]:
    hosts = _names(source, "KEPU_MEDIA_HOSTS", ())
    for host in hosts:
        if not _is_web_address(host) or urlsplit(host).path:
            raise EnvironmentMissing(
                f"KEPU_MEDIA_HOSTS 要写成 https://live.example.cn 这样的来源，几个用逗号隔开，现在有 {host!r}。"
            )
    return hosts


def embeddings_in(source: Mapping[str, str] = os.environ) -> Endpoint | None:
    """Read where vectors for the search by meaning come from; None, and nothing is ever sent, where no address is given.

    Raises:
        EnvironmentMissing: the address is none, or a value is missing or out of range.

    Examples:
        >>> embeddings_in({}) is None
        True
        >>> embeddings_in({"KEPU_EMBEDDINGS_URL": "https://e.example.cn/v1/", "KEPU_EMBEDDINGS_MODEL": "m"}).shown_provider
        'e.example.cn'
    """
    url = source.get("KEPU_EMBEDDINGS_URL", "").strip().rstrip("/").removesuffix("/embeddings")
    if not url:
        return None
    if not _is_web_address(url):
        raise EnvironmentMissing("KEPU_EMBEDDINGS_URL 要写成 https://主机/v1 这样的地址，不带账号和问号。")
    model = source.get("KEPU_EMBEDDINGS_MODEL", "").strip()
    if not 0 < len(model) <= 120:  # noqa: PLR2004 the column's length
        raise EnvironmentMissing(
            "设了 KEPU_EMBEDDINGS_URL，还要设 KEPU_EMBEDDINGS_MODEL：模型的名字，最长 120 个字符。"
        )
    key = source.get("KEPU_EMBEDDINGS_KEY", "").strip()
    if not (key.isascii() and key.isprintable()):
        raise EnvironmentMissing("KEPU_EMBEDDINGS_KEY 只能有英文字母、数字和符号。")
    near = _number(source, "KEPU_EMBEDDINGS_NEAR", 60)
    close = _number(source, "KEPU_EMBEDDINGS_CLOSE", 80)
    limit = _number(source, "KEPU_EMBEDDINGS_MS", 1500)
    if not 0 < near <= close <= 100:  # noqa: PLR2004 per cent
        raise EnvironmentMissing(
            "KEPU_EMBEDDINGS_NEAR 和 KEPU_EMBEDDINGS_CLOSE 是 1 到 100 的整数，前一个不大于后一个。"
        )
    if not 100 <= limit <= 10_000:  # noqa: PLR2004 a tenth of a second to ten seconds
        raise EnvironmentMissing("KEPU_EMBEDDINGS_MS 是毫秒数，100 到 10000。")
    provider = source.get("KEPU_EMBEDDINGS_PROVIDER", "").strip()
    return Endpoint(url, model, key, provider, limit, near, close)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return is_known and url.isascii() and not (parts.query or parts.fragment or parts.username or " " in url)


def mail_from_url(url: str) -> dict[str, Any]:
    """Split `smtp://login:password@host:587/?from=kepu@example.cn&tls=1` into Django's mail settings.

    Raises:
        EnvironmentMissing: no smtp address, or nobody it is from.

    Examples:
        >>> mail_from_url("smtp://mail.example.cn:25/?from=kepu@example.cn")["EMAIL_HOST"]
        'mail.example.cn'
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme != "smtp" or not parts.hostname or "from" not in query:
        raise EnvironmentMissing("KEPU_EMAIL_URL 要写成 smtp://登录名:密码@主机:587/?from=发件地址&tls=1。")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls") == "1",
        "EMAIL_USE_SSL": query.get("ssl") == "1",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": query["from"],
    }


def database_from_url(url: str) -> dict[str, Any]:
    """Split a PostgreSQL URL into Django's keys; what Django has no key for (`sslmode` …) goes to `OPTIONS`.

    Raises:
        EnvironmentMissing: the URL is not PostgreSQL's.

    Examples:
        >>> database_from_url("postgresql://kepu@/kepu?host=/run/kepu")["HOST"]
        '/run/kepu'
        >>> database_from_url("postgresql://kepu@db.example.cn/kepu?sslmode=require")["OPTIONS"]
        {'sslmode': 'require'}
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if not url.startswith(("postgresql://", "postgres://")):
        raise EnvironmentMissing("DATABASE_URL 必须以 postgresql:// 开头：Kepu 只用 PostgreSQL。")
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError as problem:
        raise EnvironmentMissing(
            f"DATABASE_URL 写得不对（{str(problem).strip()}），应是 postgresql://用户:密码@主机/库名。"
        ) from None
    return {
        "NAME": parts.pop("dbname", "kepu"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }
