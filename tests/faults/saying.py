"""What the commands of this folder print while they run."""

import sys


def say(*lines: str) -> None:
    """Each line leaves at once: a soak takes hours, and somebody may be watching."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
