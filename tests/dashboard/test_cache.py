"""What is kept on disk: whole files that other users can read, one version of each, nothing left where it cannot be written."""

import stat

import pytest

from dashboard import cache


def test_what_is_kept_can_be_read_by_whom_the_project_can(tmp_path):
    (tmp_path / "plain").write_text("x")
    cache.store(tmp_path / "pages" / "a@1.json", "kept")
    kept, plain = ((tmp_path / name).stat() for name in ("pages/a@1.json", "plain"))
    assert stat.S_IMODE(kept.st_mode) == stat.S_IMODE(plain.st_mode)


def test_a_new_version_takes_the_place_of_the_old_one_alone(tmp_path):
    for name in ("a@1.json", "b@1.json", "a@2.json"):
        cache.store(tmp_path / name, name)
    assert {path.name: cache.fetch(path) for path in tmp_path.iterdir()} == {
        name: name.encode() for name in ("a@2.json", "b@1.json")
    }


@pytest.mark.parametrize("made", ["words", b"\x1f\x8b\x00", ""])
@pytest.mark.parametrize("damage", [lambda kept: kept[: len(kept) // 2], lambda kept: kept[:-1] + b"?", lambda kept: b"", lambda kept: kept + b"x"])  # fmt: skip
def test_a_damaged_file_counts_as_none(tmp_path, made, damage):
    place = tmp_path / "a@1.json"
    cache.store(place, made)
    assert cache.fetch(place) == (made if isinstance(made, bytes) else made.encode())
    place.write_bytes(damage(place.read_bytes()))
    assert cache.fetch(place) is None
    assert cache.fetch(tmp_path / "none") is None


@pytest.mark.parametrize("name", ["a@1.json", "b@1.json"])
def test_where_it_cannot_be_written_nothing_is_left(tmp_path, name):
    (tmp_path / "b@1.json").mkdir()
    (tmp_path / "file").write_text("no folder")
    place = tmp_path / ("file" if name == "a@1.json" else ".") / name
    cache.store(place, "text")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["b@1.json", "file"]
