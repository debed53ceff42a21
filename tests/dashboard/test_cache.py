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
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        name: name for name in ("a@2.json", "b@1.json")
    }


@pytest.mark.parametrize("name", ["a@1.json", "b@1.json"])
def test_where_it_cannot_be_written_nothing_is_left(tmp_path, name):
    (tmp_path / "b@1.json").mkdir()
    (tmp_path / "file").write_text("no folder")
    place = tmp_path / ("file" if name == "a@1.json" else ".") / name
    cache.store(place, "text")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["b@1.json", "file"]
