"""A browser gets only what the list allows, under names that modules know."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from kepu.web.vendor import ALLOWED, VendorFinder, import_map, vendored_file


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: allowed.served)
def test_everything_on_the_list_is_there(allowed):
    folder = f"vendor/{allowed.folder}/"

    assert any(path.startswith(folder) for path, _storage in VendorFinder().list([]))


def test_a_listed_file_is_found_under_its_served_name():
    assert Path(finders.find("vendor/htmx/htmx.esm.js")).parts[-3:] == ("htmx.org", "dist", "htmx.esm.js")


@pytest.mark.parametrize(
    "path",
    [
        "vendor/htmx/htmx.js",
        "vendor/htmx/../htmx/htmx.esm.js",
        "vendor/noto-sans-sc/files/../index.css",
        "vendor/echarts/package.json",
        "vendor/typescript/lib/typescript.js",
        "web/nothing.js",
    ],
)
def test_what_is_not_listed_is_not_found(path):
    assert vendored_file(path) is None
    assert VendorFinder().find(path) == []
    assert VendorFinder().find(path, find_all=True) == []


def test_served_modules_import_nothing_from_outside():
    for allowed in ALLOWED:
        if allowed.module:
            code = vendored_file(allowed.served).read_text(encoding="utf-8")
            source_map = re.search(r"sourceMappingURL=(\S+)", code)
            assert source_map is None or vendored_file(f"{allowed.served.rpartition('/')[0]}/{source_map[1]}")
            assert not any(line.startswith(("import ", "import{")) for line in code.splitlines())


def test_every_module_of_ours_has_a_name():
    names = import_map()["imports"]

    assert names["htmx.org"] == "/static/vendor/htmx/htmx.esm.js"
    assert names["web/chart"] == "/static/web/chart.js"
    assert not any(name.endswith(".test") for name in names)


def test_the_hashed_manifest_is_built(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin", "ninja", "allauth"])
    hashed = import_map()["imports"]["web/start"]

    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert hashed == f"/static/{manifest['web/start.js']}"
    sheet = (tmp_path / manifest["web/vendor.css"]).read_text()
    assert manifest["vendor/tabler/tabler.min.css"].rsplit("/", 1)[-1] in sheet
    assert "layer(vendor)" in sheet
    fonts = (tmp_path / manifest["vendor/noto-sans-sc/index.css"]).read_text()
    assert fonts.count(".woff2") == sum(name.endswith(".woff2") for name in manifest) > 90


def test_no_module_of_ours_imports_by_path():
    root = Path(__file__).parents[2] / "src" / "kepu"
    found = subprocess.run(
        ["grep", "-rnE", r"(from|import\() *[\"']\.", root, "--include=*.js"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.stdout == ""
