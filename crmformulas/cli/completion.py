"""``crmf completion``: the script that completes the command in a shell."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    split_arg_string,
)

from crmformulas.cli.options import examples
from crmformulas.cli.output import echo

__all__ = ["SHELLS", "completion"]


class PowerShellComplete(ShellComplete):
    """Completion in PowerShell, which click has none of; it completes names of files by itself."""

    name: ClassVar[str] = "powershell"

    source_template: ClassVar[str] = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $ast, $cursor)
    $line = $ast.ToString()
    $end = [Math]::Max(0, $cursor - $ast.Extent.StartOffset)
    $env:COMP_WORDS = $line.Substring(0, [Math]::Min($line.Length, $end))
    $env:COMP_INCOMPLETE = $word
    $env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $help)
        }
    } finally {
        foreach ($name in 'COMP_WORDS', 'COMP_INCOMPLETE', '%(complete_var)s') {
            Remove-Item "Env:$name" -ErrorAction SilentlyContinue
        }
    }
}
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before that which is completed, and what there is of it."""
        words = split_arg_string(os.environ["COMP_WORDS"])
        incomplete = os.environ.get("COMP_INCOMPLETE", "")
        given = words[1:]
        if incomplete and given and given[-1] == incomplete:
            given.pop()
        return given, incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """A value, and what it is."""
        return f"{item.value}\t{item.help or ''}"

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """The values; names of files are left to the shell."""
        return [item for item in super().get_completions(args, incomplete) if item.type == "plain"]


add_completion_class(PowerShellComplete)

SHELLS = ("bash", "zsh", "fish", "powershell")


@examples(
    """
    eval "$(crmf completion bash)"
    crmf completion fish > ~/.config/fish/completions/crmf.fish
    crmf completion powershell >> $PROFILE
    """
)
@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes crmf in a shell."""
    from click.shell_completion import get_completion_class

    from crmformulas.cli.main import crmf as command

    completion_class = get_completion_class(shell)
    assert completion_class is not None
    echo(completion_class(command, {}, "crmf", "_CRMF_COMPLETE").source())
