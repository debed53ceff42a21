"""What several folders of tests share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one exported site, the same for the whole session: look, do not write."""
    from dashboard.export import export

    folder = tmp_path_factory.mktemp("export") / "site"
    export(folder)
    return folder
