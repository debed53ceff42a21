import pytest

from dashboard.recorded import files, growing, snapshots


@pytest.mark.parametrize("name", sorted(path.stem for path in files.FOLDER.glob("*.json")))
def test_a_record_comes_from_the_shipped_weights(name):
    assert files.told(name)["weights_sha256"] == files.weights_sha256(), "run python -m dashboard.recorded"


def test_each_temperature_has_a_text_of_one_length_after_every_prompt():
    for texts in growing.heated().values():
        assert len(texts) == len(snapshots.PROMPTS) and {len(ids) for ids in texts} == {growing.DRAWN}
    assert tuple(growing.heated()) == growing.TEMPERATURES
