"""How the embedded broker's program is started, whatever its version."""

import shutil
from pathlib import Path

import pytest

from broadcaster.running import broker, ports

from .conftest import Start, Until, program_on_path


def a_program(folder: Path, says: str) -> str:
    program = folder / "redis-server"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("says", "knows"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0", True),
        ("Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0", True),
        ("Redis server v=6.2.14 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=0", False),
        ("something else", False),
    ],
)
def test_only_a_version_that_knows_the_option_is_asked_to_keep_its_title(
    tmp_path: Path, says: str, knows: bool
) -> None:
    assert broker._knows_titles(a_program(tmp_path, says)) is knows


def test_the_environment_of_the_broker_stays_readable(start: Start, until: Until) -> None:
    path = program_on_path()
    program = next(found for name in broker.PROGRAMS if (found := shutil.which(name)))
    if not broker._knows_titles(program):
        pytest.skip(f"{program} is too old for it")
    port = ports.free()
    process = start("-m", "broadcaster", "broker", "--port", str(port), PATH=path)
    until(lambda: ports.answers(f"127.0.0.1:{port}"), "the broker answers")
    assert b"BROADCASTER_HOME=" in Path(f"/proc/{process.pid}/environ").read_bytes()
