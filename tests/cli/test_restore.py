"""What `kepu restore` takes out of an archive, and what it refuses to."""

import io
import json
import tarfile

import pytest

from kepu.cli.keeping import _unpack
from kepu.foundation.errors import InputUnreadable

NOTE = json.dumps({"kepu": "0", "format": 1}).encode()


def member(name, content=b"x", **changes):
    found = tarfile.TarInfo(name)
    found.size = len(content)
    for field, value in changes.items():
        setattr(found, field, value)
    return found, content


def archive(path, *members):
    with tarfile.open(path, "w") as tar:
        for found, content in (member("kepu.json", NOTE), member("database.dump"), *members):
            tar.addfile(found, io.BytesIO(content) if found.isreg() else None)
    return path


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "inside"
    folder.mkdir()
    return folder


def test_files_and_folders_are_taken_out(tmp_path, folder):
    file = archive(
        tmp_path / "a.tar", member("files", b"", type=tarfile.DIRTYPE), member("files/deep/paper.txt", b"abc")
    )

    _unpack(file, folder)

    assert (folder / "files/deep/paper.txt").read_bytes() == b"abc"
    assert (folder / "files/deep/paper.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "evil",
    [
        member("../outside.txt"),
        member("files/../../outside.txt"),
        member("/tmp/kepu-outside.txt"),  # noqa: S108 a path that must not be written
        member("files/link", b"", type=tarfile.SYMTYPE, linkname="/etc"),
        member("files/hard", b"", type=tarfile.LNKTYPE, linkname="kepu.json"),
        member("files/pipe", b"", type=tarfile.FIFOTYPE),
        member("kepu.json", b"twice"),
    ],
    ids=lambda given: f"{given[0].name}",
)
def test_what_leads_out_or_is_no_file_makes_it_no_backup(tmp_path, folder, evil):
    file = archive(tmp_path / "a.tar", evil)

    with pytest.raises(InputUnreadable, match="不是 kepu backup 做的备份"):
        _unpack(file, folder)

    assert {path.name for path in tmp_path.iterdir()} == {"a.tar", "inside"}
