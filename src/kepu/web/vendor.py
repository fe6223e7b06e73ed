"""The only files of npm packages that a browser may have, and the names by which modules import each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage
from django.templatetags.static import static


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file, or a pattern of files of one folder, that is served from a package.

    Args:
        package: the folder in node_modules.
        source: the path in the package; its last part may be a pattern.
        folder: the folder under `vendor/` where it is served.
        module: its name in the import map; empty for what is no module.
    """

    package: str
    source: str
    folder: str
    module: str = ""

    @property
    def served(self) -> str:
        """The path (or pattern) under the static root."""
        return f"vendor/{self.folder}/{self.source.rsplit('/', 1)[-1]}"


ALLOWED = (
    Vendored("htmx.org", "dist/htmx.esm.js", "htmx", module="htmx.org"),
    Vendored("echarts", "dist/echarts.esm.min.js", "echarts", module="echarts"),
    Vendored("hls.js", "dist/hls.light.min.mjs", "hls", module="hls.js"),
    Vendored("hls.js", "dist/hls.light.min.mjs.map", "hls"),
    Vendored("@tabler/core", "dist/css/tabler.min.css", "tabler"),
    Vendored("@tabler/core", "dist/css/tabler.min.css.map", "tabler"),
    Vendored("@fontsource-variable/noto-sans-sc", "index.css", "noto-sans-sc"),
    Vendored("@fontsource-variable/noto-sans-sc", "files/*.woff2", "noto-sans-sc/files"),
)


def vendored_file(path: str) -> Path | None:
    """Return the package file behind a served path, or None when it is not on the list."""
    for allowed in ALLOWED:
        folder, _, name = path.rpartition("/")
        if folder == f"vendor/{allowed.folder}" and fnmatch(name, allowed.served.rsplit("/", 1)[-1]):
            file: Path = settings.NODE_MODULES / allowed.package / Path(allowed.source).parent / name
            if file.is_file():
                return file
    return None


class VendorStorage(FileSystemStorage):
    """Reads package files under their served names."""

    def path(self, name: str) -> str:
        """Return the real path behind a served one.

        Raises:
            FileNotFoundError: the file is not on the list.
        """
        file = vendored_file(name.replace("\\", "/"))
        if file is None:
            raise FileNotFoundError(name)
        return str(file)


class VendorFinder(BaseFinder):
    """Finds the files on the list and no others."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = VendorStorage(location=settings.NODE_MODULES)

    def check(self, **_kwargs: Any) -> list[Any]:
        """Nothing to check: the list is code."""
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """Return the real path, or an empty list (never None: Django would join it as a path)."""
        file = vendored_file(path)
        if file is None:
            return []
        return [str(file)] if find_all else str(file)

    def list(self, ignore_patterns: Any = None) -> Iterator[tuple[str, Storage]]:
        """Yield every file on the list for `collectstatic`."""
        for allowed in ALLOWED:
            source = settings.NODE_MODULES / allowed.package / allowed.source
            for file in sorted(source.parent.glob(source.name)):
                if not matches_patterns(file.name, ignore_patterns or []):
                    yield f"vendor/{allowed.folder}/{file.name}", self.storage


@lru_cache(maxsize=1)
def _own_modules() -> dict[str, str]:
    modules: dict[str, str] = {}
    for app in apps.get_app_configs():
        root = Path(app.path) / "static"
        if app.name.startswith("kepu.") and root.is_dir():
            for file in sorted(root.rglob("*.js")):
                served = file.relative_to(root).as_posix()
                modules[served.removesuffix(".js")] = served
    return modules


def module_paths() -> dict[str, str]:
    """Return import name → static path: packages by their own name, ours as `room/name`."""
    if settings.DEBUG:
        _own_modules.cache_clear()
    return {allowed.module: allowed.served for allowed in ALLOWED if allowed.module} | _own_modules()


def import_map() -> dict[str, dict[str, str]]:
    """Return the import map: the manifest's hashed address of every module."""
    return {"imports": {name: static(path) for name, path in module_paths().items()}}
