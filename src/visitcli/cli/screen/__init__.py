"""The guided visit on a terminal. This package is where prompt_toolkit is loaded: import it only to show the screen.

`field`, `reading`, `asking`, `advice`, `controller`: what the keys do. `pages`, `drawing`: what is seen. `shell`: the
terminal.
"""

from visitcli.cli.screen.advice import Beside
from visitcli.cli.screen.shell import run_screen

__all__ = ["Beside", "run_screen"]
