"""Pictures of venues."""

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.content import MEGABYTE, FileKind
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.services import remove_file, store_upload
from kepu.outreach.venues.errors import VenueUnfit
from kepu.outreach.venues.models import Photo
from kepu.outreach.venues.services.registering import locked, refuse_closed, text

PICTURES = frozenset({FileKind.JPEG, FileKind.PNG})
MOST_PHOTOS = 12


@transaction.atomic
def add_photo(pk: int, upload: "File[bytes]", *, caption: str, actor: Person) -> Photo:
    """Add a picture that everybody may see.

    Raises:
        NotAllowed: the actor does not keep the venue.
        VenueMoved: it is closed.
        VenueUnfit: there are enough pictures, or nobody says what this one shows.
        InputUnreadable, InputTooLarge: the file is no picture, or too large.
    """
    venue = locked(pk, actor)
    refuse_closed(venue)
    if venue.photos.count() >= MOST_PHOTOS:
        raise VenueUnfit(_("最多 %(most)d 张照片，请先去掉一张。") % {"most": MOST_PHOTOS}, field="file")
    said = text(caption, "caption", most=100)
    file = store_upload(upload, actor=actor, accept=PICTURES, max_bytes=10 * MEGABYTE, visibility=Visibility.PUBLIC)
    photo = Photo.objects.create(venue=venue, file=file, caption=said)
    record("venues.venue.photo_added", venue, actor=actor, caption=said)
    return photo


@transaction.atomic
def remove_photo(pk: int, photo_id: int, *, actor: Person) -> None:
    """Take a picture away with its file; nothing happens where somebody was quicker.

    Raises:
        NotAllowed: the actor does not keep the venue.
    """
    venue = locked(pk, actor)
    for photo in Photo.objects.filter(venue=venue, pk=photo_id).select_related("file"):
        caption, file = photo.caption, photo.file
        photo.delete()
        remove_file(file, actor=None)
        record("venues.venue.photo_removed", venue, actor=actor, caption=caption)
