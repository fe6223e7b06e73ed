"""What the forms offer: the bodies of a plan, and the words that a report's obstacle fills in."""

from dataclasses import dataclass

from kepu.directory.register.models import Organisation
from kepu.plan.reports.models import Entry
from kepu.plan.tasks.models import Plan, Task

LONGEST_LINE = 40


@dataclass(frozen=True, slots=True)
class ObstacleWords:
    """A matter's first words, as a report has them."""

    title: str
    difficulty: str


def words_of_obstacle(entry: Entry) -> ObstacleWords:
    """The title and the difficulty that an obstacle of a report says: its first sentence, and all of it."""
    told = entry.obstacle.strip()
    line = told.replace("\n", "。").replace("；", "。").split("。")[0].strip() or entry.task.label
    return ObstacleWords(line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…", told)


def bodies_of_plan(plan: Plan) -> list[Organisation]:
    """The bodies that have a duty in a plan, in the register's order."""
    found = Organisation.objects.filter(duties__task__plan=plan, duties__task__is_struck=False).distinct()
    return list(found.select_related("parent", "region").order_by("sort_key", "name", "pk"))


def tasks_of_plan(plan: Plan) -> list[Task]:
    """The tasks of a plan that are not struck, in its order."""
    tasks = list(Task.objects.filter(plan=plan, is_struck=False).order_by("position"))
    for task in tasks:
        task.plan = plan
    return tasks
