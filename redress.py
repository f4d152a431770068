"""The command line: everything an operator says to Redress."""

from importlib.metadata import version as installed_version

import typer

app = typer.Typer(name="redress", no_args_is_help=True, add_completion=False)


@app.callback()
def redress() -> None:
    """Handle customer complaints from intake to archive."""


@app.command()
def version() -> None:
    """Print the installed version."""
    typer.echo(installed_version("redress"))


def main() -> None:
    """Run the command that was typed."""
    app()
