"""Click speaks Chinese here: help pages and every message about wrong arguments."""

from __future__ import annotations

import re
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError


class _Chinese(click.Command):
    """Help pages with Chinese headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        words = {"[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]...": "[参数]…", "[ARGUMENTS]...": "[参数]…"}
        text = " ".join(super().collect_usage_pieces(ctx))
        for english, chinese in words.items():
            text = text.replace(english, chinese)
        return [text]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if not isinstance(param, click.Argument)]
        records = [record for param in options if (record := param.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl([(left, _in_chinese(right)) for left, right in records])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        arguments = [param for param in self.get_params(ctx) if isinstance(param, click.Argument) and param.help]
        records = [record for param in arguments if (record := param.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("参数"):
                formatter.write_dl(records)


def _in_chinese(text: str) -> str:
    text = re.sub(r"(\d+)<=x<=(\d+)", r"\1 到 \2", text)
    return (
        text.replace("Show this message and exit.", "显示这段说明。")
        .replace("[default: ", "[默认 ")
        .replace("; ", "，")
    )


class ChineseCommand(_Chinese):
    """A command."""


class ChineseGroup(_Chinese, click.Group):
    """A group of commands."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"subcommand_metavar": "命令 [参数]…", **options})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(80)) for name, command in found if command is not None]
        if rows:
            with formatter.section("命令"):
                formatter.write_dl(rows)


def sentence_of(problem: click.ClickException) -> str:
    """One Chinese sentence that says what is wrong and what to do."""
    context = getattr(problem, "ctx", None)
    if isinstance(problem, NoArgsIsHelpError):
        return problem.message  # the help page itself
    if isinstance(problem, click.FileError):
        return f"打不开文件 {problem.ui_filename}，请检查路径和权限。"
    if not isinstance(problem, click.UsageError):
        return problem.message
    return f"{_what_is_wrong(problem)}，请看 {context.command_path if context else 'kepu'} --help。"


def _what_is_wrong(problem: click.UsageError) -> str:
    match problem:
        case click.NoSuchOption():
            words = f"没有 {problem.option_name} 这个选项"
        case click.NoSuchCommand():
            words = f"没有“{problem.command_name}”这个命令"
        case click.BadOptionUsage():
            words = f"选项 {problem.option_name} 后面少了或多了值"
        case click.MissingParameter():
            words = f"缺少{_name_of(problem)}"
        case click.BadParameter():
            words = f"{_name_of(problem)} 的值不对{_what_it_takes(problem)}"
        case _ if "unexpected extra argument" in problem.message:
            words = "多写了参数"
        case _ if "Missing command" in problem.message:
            words = "还要写上做什么"
        case _:
            words = "命令写得不对"
    return words


def _what_it_takes(problem: click.BadParameter) -> str:
    match problem.param.type if problem.param else None:
        case click.IntRange() as kind:
            return f"，要 {kind.min} 到 {kind.max} 之间的整数"
        case click.Choice() as kind:
            return f"，只能是 {'、'.join(map(str, kind.choices))} 之一"
    return ""


def _name_of(problem: click.BadParameter) -> str:
    param = problem.param
    if param is None:
        return "参数"
    kind = "选项" if isinstance(param, click.Option) else "参数"
    name = max(param.opts, key=len) if isinstance(param, click.Option) else (param.metavar or param.name)
    return f"{kind} {name}"
