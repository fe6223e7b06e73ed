"""The register as a Django app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "kepu.directory.register"
    label = "directory"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from kepu.directory.privacy.queries import declare_erasure
        from kepu.directory.privacy.services import register_obstacle
        from kepu.directory.register.queries import names_among, role_obstacle
        from kepu.foundation.erasure import DELETE
        from kepu.foundation.search.queries import guard_names

        for label in ("account.EmailAddress", "mfa.Authenticator", "socialaccount.SocialAccount", "admin.LogEntry"):
            declare_erasure(label, {"user": DELETE})
        register_obstacle(role_obstacle)
        guard_names(names_among)
