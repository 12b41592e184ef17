"""What processes cost is added up over their whole trees, those that have ended included."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.accounting import Meter, cpu_seconds, memory_bytes, tree

#: burns about so many seconds of processor time in a child that ends, and then waits in another child
BURNT = 0.3
PARENT = f"""
import subprocess, sys
burn = "import time\\nwhile time.process_time() < {BURNT}: pass"
sys.stdin.readline()
subprocess.run([sys.executable, "-S", "-c", burn])
hold = "import sys; held = bytearray(50_000_000); print(1, flush=True); sys.stdin.read()"
child = subprocess.Popen([sys.executable, "-S", "-c", hold])
child.wait()
"""


@pytest.fixture
def parent() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-S", "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def go_on(process: "subprocess.Popen[str]") -> None:
    """Let it burn, and wait until it says that its second child holds its memory."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "1\n"


def test_the_time_of_a_child_that_has_ended_is_counted(parent: "subprocess.Popen[str]") -> None:
    with Meter([parent.pid]) as meter:
        go_on(parent)
    assert BURNT <= meter.cpu < BURNT + 0.5


def test_the_memory_of_a_child_counts(parent: "subprocess.Popen[str]") -> None:
    go_on(parent)
    assert len(tree([parent.pid])) == 2
    assert memory_bytes([parent.pid]) > 50_000_000


def test_what_is_booked_is_added() -> None:
    with Meter([]) as meter:
        meter.book(1.5)
    assert meter.cpu == 1.5


def test_a_process_that_is_gone_costs_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    assert tree([gone.pid]) == set()
    assert cpu_seconds([gone.pid]) == 0
