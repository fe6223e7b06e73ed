"""Settings for tests: quick hashes and plain static files, nothing else differs."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("KEPU_SECRET_KEY", "for-tests-only-" + "0" * 36)
if "KEPU_VAR" not in os.environ:
    os.environ["KEPU_VAR"] = tempfile.mkdtemp(prefix="kepu-test-")
    atexit.register(shutil.rmtree, os.environ["KEPU_VAR"], ignore_errors=True)
if os.environ.get("PYTEST_XDIST_WORKER", "") != Path(os.environ["KEPU_VAR"]).name:
    # One process must not see the files of the other.
    os.environ["KEPU_VAR"] = str(Path(os.environ["KEPU_VAR"]) / os.environ.get("PYTEST_XDIST_WORKER", ""))
os.environ.setdefault("DATABASE_URL", "postgresql:///kepu")  # mypy and other readers of settings open no connection

from kepu.config.settings import *  # noqa: F403
from kepu.config.settings import DATABASES, MIDDLEWARE, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
_suffix = os.environ.get("KEPU_TEST_DB_SUFFIX", "")
DATABASES["default"]["TEST"] = {"NAME": f"test_kepu_{_suffix}" if _suffix else "test_kepu"}
ALLOWED_HOSTS = ["*"]
TEST_VAR = Path(os.environ["KEPU_VAR"])
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]  # allauth takes False as off
KEPU_TWO_FACTOR_ROLES = ()
KEPU_PRIVACY_KEYS = ("for-tests-only-" + "1" * 32,)
KEPU_EMBEDDINGS = None
