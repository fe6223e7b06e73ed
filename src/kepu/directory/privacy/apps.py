"""The Django app of this room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "kepu.directory.privacy"
    label = "privacy"
    verbose_name = "个人信息"

    def ready(self) -> None:
        from kepu.directory.privacy.queries import ward_obstacle
        from kepu.directory.privacy.services import (
            Retention,
            let_go_of_requests,
            register_obstacle,
            register_retention,
        )

        register_retention(Retention("retention_requests", let_go_of_requests))
        register_obstacle(ward_obstacle)
