"""The model card says what the records say, and compressors stand beside the models."""

import gzip
import json
import shutil

import pytest

from core.models.language_model import WEIGHTS
from core.training.__main__ import main
from core.training.card import curve, data_section, write_cards
from core.training.compressors import compressors
from core.training.corpus import open_corpus
from tests.training.small_corpus import make


def test_compressors_are_cheaper_after_the_training_text(tmp_path):
    corpus = open_corpus(make(tmp_path))
    rows = {(row["compressor"], row["after_training"]): row["bits_per_byte"] for row in compressors(corpus)}
    text = "".join(corpus.texts("test")).encode()
    assert rows["gzip -9", False] == pytest.approx(8 * len(gzip.compress(text, 9)) / len(text), abs=1e-4)
    assert rows["PPMd order 6", True] < rows["PPMd order 6", False] < rows["gzip -9", False]


def test_the_cards_in_the_repository_are_those_that_the_records_give(tmp_path):
    for name in ("evaluation.json", "embedded/training.json", "corpus.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(WEIGHTS / name, tmp_path / name)
    for path in write_cards(tmp_path):
        assert path.read_text("utf-8") == (WEIGHTS / path.name).read_text("utf-8"), (
            "python -m core.training card core/weights"
        )


def test_the_data_section_counts_the_works_of_the_list(tmp_path):
    head = "file,split,author,author_death_year,title,year,variety,bytes"
    rows = [
        'a.txt,train,"Machado de Assis, J",1908,A,1938,pt-BR,300',
        "b.txt,test,Eça,1900,B,1843,pt-PT,100",
        "c.txt,train,X,1917,C,,pt-BR,600",
    ]
    (tmp_path / "corpus.csv").write_text("\n".join([head, *rows]), "utf-8")
    told = data_section(tmp_path / "corpus.csv", "pt")
    assert (told["works"], told["train_works"], told["test_works"], told["validation_works"]) == ("3", "2", "1", "0")
    assert (told["brazilian"], told["brazilian_bytes"], told["machado"], told["machado_bytes"]) == (
        "67",
        "90",
        "1",
        "30",
    )
    assert (told["first_year"], told["last_year"], told["last_death"]) == ("1843", "1908", "1917")


def test_a_card_without_an_evaluation_says_what_is_missing(tmp_path):
    with pytest.raises(SystemExit, match=r"evaluation\.json"):
        main(["card", str(tmp_path)])


def test_a_curve_keeps_every_validation_and_the_mean_of_the_losses_between():
    lines = [{"step": i, "loss": float(i), "tokens": 8 * (i + 1), "lr": 1.0} for i in range(25)]
    lines.insert(20, {"step": 20, "validation_bits_per_byte": 1.75, "seconds": 3.0})
    thin = curve(lines, every=10)
    assert [(point["step"], point["loss"], point["tokens"]) for point in thin["training"]] == [
        (10, 4.5, 80),
        (20, 14.5, 160),
        (25, 22, 200),
    ]
    assert thin["validation"] == [{"step": 20, "bits_per_byte": 1.75, "seconds": 3.0}]


def test_every_work_of_the_training_text_is_listed_with_its_source():
    lines = (WEIGHTS / "corpus.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("file,split,author,author_death_year") and len(lines) == 280
    assert json.loads((WEIGHTS / "evaluation.json").read_text("utf-8"))["leaks"] == []
