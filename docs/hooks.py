"""Hooks of the guide's build: pages made from the code, links that fit the site."""

from __future__ import annotations

import importlib
import re
import sys
from html import escape
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from mkdocs.structure.files import File

from crmformulas.cli.main import GROUPS, crmf
from crmformulas.cli.order_options import SECTIONS, names
from crmformulas.orders.rules import Rules
from crmformulas.orders.summary.key_figures import KEY_FIGURES
from crmformulas.translations import TERMS, Translated, translate

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]


def commands() -> str:
    """Every command with its options, from the commands themselves."""
    lines = [
        "# Commands and options",
        "",
        "Made from the commands: `crmf COMMAND --help` says the same in the terminal. What reads "
        "an order file shares the options of "
        "[the last sections](#options-that-the-commands-on-orders-share).",
        "",
    ]
    context = click.Context(crmf, info_name="crmf")
    shared = {name for group in SECTIONS.values() for name in names(group)}
    for question, subcommands in GROUPS.items():
        lines += [f"## {question}", ""]
        for name in subcommands:
            command = crmf.get_command(context, name)
            assert command is not None
            lines += _command(command, f"crmf {name}", shared, context)
    lines += ["## Options that the commands on orders share", ""]
    for title, group in SECTIONS.items():
        holder = click.command("shared")(_with(group))
        lines += [f"### {title}", "", *_options(holder, set()), ""]
    return "\n".join(lines)


def _with(group: Any) -> Any:
    from crmformulas.cli.options import options

    return options(group)(lambda: None)


def _command(
    command: click.Command, path: str, shared: set[str], parent: click.Context
) -> list[str]:
    context = click.Context(command, info_name=path, parent=None)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    text = cleandoc((command.help or "").replace("\b", ""))
    lines = [f"### {path}", "", "```text", usage, "```", "", *text.splitlines(), ""]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            lines += [
                f"#{line}" if line.startswith("### ") else line
                for line in _command(inner, f"{path} {name}", shared, parent)
            ]
        return lines
    lines += [*_options(command, shared), ""]
    if command.epilog:
        examples = command.epilog.replace("\b", "").strip().splitlines()[1:]
        lines += ["```sh", *(line.strip() for line in examples), "```", ""]
    return lines


def _options(command: click.Command, left_out: set[str]) -> list[str]:
    context = click.Context(command)
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or parameter.name in left_out or "--help" in record[0]:
            continue
        if isinstance(parameter, click.Argument):
            continue
        # A bar would begin the next cell.
        option, told = (escape(part).replace("|", "&#124;") for part in record)
        rows.append(f"| <code>{option}</code> | {told} |")
    return ["| option | |", "| --- | --- |", *rows] if rows else []


def glossary() -> str:
    """The words of the domain in both languages."""
    lines = [
        "# Glossary",
        "",
        "What the reports and the terminal say, in both languages. What each figure means stands "
        "under Methods.",
        "",
        "| English | Swedish |",
        "| --- | --- |",
    ]
    lines += [f"| {word.en} | {word.sv} |" for word in TERMS.values()]
    lines += ["", "## Key figures", "", "| English | Swedish | unit | in the JSON |"]
    lines.append("| --- | --- | --- | --- |")
    for figure in KEY_FIGURES.values():
        label = figure.label(Rules())
        both = label if isinstance(label, Translated) else (label, label)
        path = ".".join(figure.path).replace(".-1", "[-1]")
        lines.append(f"| {both[0]} | {both[1]} | {translate(figure.unit, 'en')} | `{path}` |")
    return "\n".join(lines) + "\n"


def example() -> str:
    """The example notebook, run."""
    sys.path.insert(0, str(ROOT / "docs"))
    notebook = importlib.import_module("notebook")
    made: str = notebook.page(notebook.SCRIPT.read_text(encoding="utf-8"))
    return made


MADE = {
    "reference/commands.md": commands,
    "reference/glossary.md": glossary,
    "reference/example.md": example,
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code."""
    for path, make in MADE.items():
        files.append(File.generated(config, path, content=make()))
    return files


OUTSIDE = re.compile(
    r"\]\((?:\.\./)+(README|CHANGELOG|CONTRIBUTING|benchmarks/[^)#]*|tests/[^)#]*"
    r"|crmformulas/[^)#]*|workbooks/[^)#]*)[^)]*\)"
)

SOURCES = re.compile(r"<!-- figures\n.*?-->", re.DOTALL)
"""Where the figures of a page come from, for tests/docs/test_figures.py."""


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead what leaves the guide to its front page, or nowhere: the site has the guide alone."""
    depth = page.file.src_uri.count("/")

    def inside(found: re.Match[str]) -> str:
        return f"]({'../' * depth}index.md)" if found[1] == "README" else "](#)"

    return OUTSIDE.sub(inside, SOURCES.sub("", markdown))


PROSE = re.compile(r"<(pre|code|script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|%)")
"""The blanks inside a figure."""


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Keep a figure on one line: its thousands, and its per cent sign."""
    made, at = [], 0
    for found in PROSE.finditer(html):
        made += [THOUSANDS.sub("\u00a0", html[at : found.start()]), found.group()]
        at = found.end()
    return "".join([*made, THOUSANDS.sub("\u00a0", html[at:])])


WORKER = re.compile(r"https://[a-z.]+/iframe-worker/shim")
"""What the theme would fetch to search in pages that are opened as files."""


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Search with the guide's own copy of the worker, as the guide is read without a network."""
    return WORKER.sub("../" * page.file.dest_uri.count("/") + "iframe-worker.js", output)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """The same on pages that are no page of the guide."""
    return WORKER.sub("iframe-worker.js", output_content)
