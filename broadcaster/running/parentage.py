"""A part of `serve` never outlives it: kill -9 of `serve` leaves no worker that sends unseen.

Linux ends the child when its parent ends (prctl(2), PR_SET_PDEATHSIG; kept across execve). Elsewhere `serve` ends its
children when it is asked to end, which is all that can be promised.
"""

import ctypes
import os
import signal
import sys

#: tells a child which process started it
PARENT = "BROADCASTER_PARENT"
_PR_SET_PDEATHSIG = 1


def follow_parent() -> None:
    """Called first by a part: end when the process that started it ends, at once if it already has."""
    parent = os.environ.get(PARENT)
    if not parent:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(1)
