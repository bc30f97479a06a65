"""The notebook of the documentation runs from top to bottom and shows what it says."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "first_night.ipynb"


@pytest.fixture(scope="module")
def source():
    nbformat = pytest.importorskip("nbformat")
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.mark.notebook
@pytest.mark.night
def test_the_notebook_runs_and_shows_frames_and_pictures(source):
    pytest.importorskip("matplotlib")
    with warnings.catch_warnings():
        # The client's own warnings about the machine it runs on are not ours.
        warnings.simplefilter("ignore")
        client = pytest.importorskip("nbclient").NotebookClient(
            source, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
        )
        client.execute()
    shown = [o for cell in source.cells if cell.cell_type == "code" for o in cell.outputs]
    assert not [o for o in shown if o.output_type in ("error", "stream")], "the notebook warns or prints"
    kinds = [set(o.data) for o in shown]
    assert sum("image/png" in k for k in kinds) == 3
    assert sum("text/html" in k for k in kinds) >= 6
    assert all(len(o.data["text/plain"]) < 3000 for o in shown)
    page = "".join(o.data.get("text/html", "") for o in shown)
    assert "Posterior of 2018" in page
    assert "38 of 154 councils" in page


def test_the_notebook_as_stored_is_small_and_names_no_machine(source):
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text) < 1_000_000
    assert str(Path.home()) not in text
    assert str(ROOT) not in text
    lines = next(c.source for c in source.cells if c.source.startswith("import projection as pns")).splitlines()
    assert len([line for line in lines if "pns." in line]) == 2, "a pack, then the projection and posterior"
