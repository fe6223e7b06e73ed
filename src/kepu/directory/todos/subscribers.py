"""A request for a second person's key is a to-do of who may turn it."""

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Region
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.approvals.events import ApprovalAsked, ApprovalSettled
from kepu.foundation.events import subscribe


@subscribe(ApprovalAsked)
def hang_up(event: ApprovalAsked) -> None:
    open_todo(
        f"approvals.approval:{event.approval_id}",
        title=_("核准：%(title)s") % {"title": event.title[:180]},
        reason=event.reason[:300],
        action=_("去核准"),
        url_name="workbench:approval",
        url_arguments=[event.approval_id],
        due_on=event.until,
        role=event.role,
        organisation=Organisation.objects.filter(pk=event.organisation_id or 0).first(),
        region=Region.objects.filter(pk=event.region_id or 0).first(),
    )


@subscribe(ApprovalSettled)
def take_down(event: ApprovalSettled) -> None:
    close_todos(f"approvals.approval:{event.approval_id}")
