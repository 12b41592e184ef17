"""The file of a backup: whole and unchanged, or not opened at all."""

import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadcaster.backups import archive
from broadcaster.backups.archive import BadBackup
from tests.backups import quick_age

SECRET = "four words nobody guesses"


def seal(folder: Path) -> Path:
    (folder / "ledger").write_bytes(b"rows" * 1000)
    members = {archive.MANIFEST: b"{}", archive.LEDGER: folder / "ledger", archive.KEY: b"key"}
    archive.seal(folder / "file.age", members, SECRET)
    return folder / "file.age"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Opens at once: only who may not open it is tested with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "passphrase", SimpleNamespace(encrypt=quick_age.encrypt))
        return seal(tmp_path_factory.mktemp("backup"))


def test_what_was_sealed_comes_out_again_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    at, into = tmp_path / "at", tmp_path / "into"
    at.mkdir()
    into.mkdir()
    sealed = seal(at)
    archive.unseal(sealed, SECRET, into)
    assert (into / archive.LEDGER).read_bytes() == b"rows" * 1000
    assert {path.name for path in into.iterdir()} == {archive.MANIFEST, archive.LEDGER, archive.KEY}
    for path in (sealed, into / archive.LEDGER):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"rows" not in sealed.read_bytes()
    assert [path.name for path in sealed.parent.iterdir()] == ["ledger", "file.age"] or not list(
        sealed.parent.glob(".*")
    )


def test_a_file_that_asks_for_less_work_is_one_too(sealed: Path, tmp_path: Path) -> None:
    """So that what follows is refused for what was done to it."""
    archive.unseal(sealed, SECRET, tmp_path)
    assert (tmp_path / archive.LEDGER).read_bytes() == b"rows" * 1000


@pytest.mark.parametrize("place", [0, 60, 200, -20, -1])
def test_one_changed_byte_anywhere_is_found(sealed: Path, tmp_path: Path, place: int) -> None:
    damaged = bytearray(sealed.read_bytes())
    damaged[place] ^= 1
    (tmp_path / "damaged.age").write_bytes(damaged)
    (tmp_path / "into").mkdir()
    with pytest.raises(BadBackup, match=r"damaged\.age"):
        archive.unseal(tmp_path / "damaged.age", SECRET, tmp_path / "into")
    assert not list((tmp_path / "into").iterdir())


@pytest.mark.parametrize("keep", [0, 100, 400])
def test_half_a_file_is_found(sealed: Path, tmp_path: Path, keep: int) -> None:
    (tmp_path / "half.age").write_bytes(sealed.read_bytes()[:keep])
    with pytest.raises(BadBackup, match=r"half\.age"):
        archive.unseal(tmp_path / "half.age", SECRET, tmp_path)


def test_another_passphrase_does_not_open_it(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="BROADCASTER_BACKUP_PASSPHRASE"):
        archive.unseal(sealed, "something else", tmp_path)


def test_a_locked_file_of_somebody_elses_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "other.age").write_bytes(quick_age.encrypt(b"a letter", SECRET))
    with pytest.raises(BadBackup, match="something else"):
        archive.unseal(tmp_path / "other.age", SECRET, tmp_path)
