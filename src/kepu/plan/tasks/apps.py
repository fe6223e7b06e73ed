"""The plan room as a Django app."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "kepu.plan.tasks"
    label = "plan"
    verbose_name = "规划监测"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kepu.oversight.queries import register_subject
        from kepu.plan.tasks.queries.subjects import target_as_subject, task_as_subject

        register_subject("plan.task", task_as_subject, noun=_("任务"))
        register_subject("plan.target", target_as_subject, noun=_("目标"))
