"""``crmf completion``: the script that completes the command in a shell."""

from __future__ import annotations

import click

from crmformulas.cli.options import examples
from crmformulas.cli.output import echo

__all__ = ["completion"]


@examples(
    """
    eval "$(crmf completion bash)"
    crmf completion fish > ~/.config/fish/completions/crmf.fish
    """
)
@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes crmf in a shell."""
    from click.shell_completion import get_completion_class

    from crmformulas.cli.main import crmf as command

    found = get_completion_class(shell)
    assert found is not None
    echo(found(command, {}, "crmf", "_CRMF_COMPLETE").source())
