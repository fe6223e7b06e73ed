"""The shape of what comes in: plans that are brought in, and decisions about a live one."""

from kepu.plan.tasks.forms.decisions import (
    DoneForm,
    EvidenceForm,
    LeadForm,
    MakeForm,
    MeaningForm,
    MilestonesForm,
    ReasonForm,
    meaning_of,
)
from kepu.plan.tasks.forms.drafts import (
    FORMS,
    MOST_MEGABYTES,
    PERIODS,
    SUFFIXES,
    BodyForm,
    BringForm,
    ConfirmForm,
    ImportForm,
    LinkForm,
    PlaceForm,
    finding_form,
    initial_of,
    regions_of_plans,
)
from kepu.plan.tasks.forms.public import TaskFilterForm

__all__ = [
    "FORMS",
    "MOST_MEGABYTES",
    "PERIODS",
    "SUFFIXES",
    "BodyForm",
    "BringForm",
    "ConfirmForm",
    "DoneForm",
    "EvidenceForm",
    "ImportForm",
    "LeadForm",
    "LinkForm",
    "MakeForm",
    "MeaningForm",
    "MilestonesForm",
    "PlaceForm",
    "ReasonForm",
    "TaskFilterForm",
    "finding_form",
    "initial_of",
    "meaning_of",
    "regions_of_plans",
]
