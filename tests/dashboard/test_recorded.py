import pytest

from dashboard.recorded import files


@pytest.mark.parametrize("name", sorted(path.stem for path in files.FOLDER.glob("*.json")))
def test_a_record_comes_from_the_shipped_weights(name):
    assert files.document(name)["weights_sha256"] == files.weights_sha256(), "run python -m dashboard.recorded"
