"""`kepu people create LOGIN NAME --role ROLE`: an account, a role and the one-time link to choose a password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kepu.directory.register import services
from kepu.directory.register.choices import Role
from kepu.directory.register.queries import password_path
from kepu.foundation.errors import DomainError


class Command(BaseCommand):
    help = "建一个账号，印出本人设密码的一次性链接；第一个系统管理员这样来。"

    def add_arguments(self, parser: CommandParser) -> None:
        roles = [role.value for role in (Role.ADMINISTRATOR, Role.LEADING_OFFICE, Role.AUDITOR, Role.REVIEWER)]
        parser.add_argument("login", metavar="登录名", help="字母、数字和点，如 kepu.li")
        parser.add_argument("name", metavar="姓名", help="页面上显示的名字")
        parser.add_argument("--role", metavar="角色", choices=roles, help=f"同时给一个角色：{'、'.join(roles)}")
        parser.add_argument("--staff", action="store_true", help="还能打开 /admin/")

    def handle(self, *args: Any, login: str, name: str, role: str | None, staff: bool, **options: Any) -> None:
        try:
            with transaction.atomic():
                person = services.create_person(login, name=name, actor=None)
                if staff:
                    person.is_staff = True
                    person.save(update_fields=["is_staff"])
                if role:
                    services.grant_role(person, role, actor=None)
        except DomainError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"账号 {person.login} 已建好。请本人在 24 小时内打开（接在站点地址后面，只能用一次）：")
        self.stdout.write(password_path(person))
