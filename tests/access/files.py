"""Who may fetch a stored file: tests/foundation holds every kind of visibility; here, one for the staff."""

from kepu.foundation.content import FileKind
from kepu.foundation.files.models import StoredFile
from kepu.foundation.files.services import store_bytes
from tests.access import World, row, seen


def _staff_file(_world: World) -> StoredFile:
    return store_bytes("示例".encode(), "a.txt", actor=None, accept={FileKind.TEXT})


ACCESS = {"files:download": row(seen(visitor=404, others=200), args=lambda world: [_staff_file(world).pk])}
