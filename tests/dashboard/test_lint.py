"""The words of the project, and the checker that reads them."""

from pathlib import Path

import pytest

from dashboard import lint
from dashboard.blocks import Exercise
from dashboard.language import LANGUAGES, ROOT
from dashboard.lesson import load, run
from dashboard.lint import KIND, catalog, lesson, markdown, mentions, script, terms

HEADER = """# ---
# jupyter:
#   amostra:
#     slug: {pt: exemplo, en: sample}
#     title: {pt: Um exemplo, en: A sample}
#     summary: {pt: Curto, en: Short}
#     part: 1
#     prerequisites: {pt: nada, en: nothing}
#     sources: []
# ---
"""
PT = '\n# %% [markdown] lang="pt" anchor="a"\n'
EN = '\n# %% [markdown] lang="en" anchor="a"\n'


def test_the_project_has_no_findings():
    assert list(lint.findings()) == []


# Markdown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lang, bad, good, message",
    [
        ("pt", ":::{tip}", "> Uma dica", "directive"),
        ("pt", "```{note}\ntexto\n```", "```python\nx = 1\n```", "directive"),
        ("pt", "$$x$$", "$$\nx\n$$", "$$ beside other text"),
        ("pt", "vale $$\nx\n$$", "> $$\n> x\n> $$", "$$ beside other text"),
        ("pt", "$$\nx\n$$ e pronto", "`$$x$$` fica solto", "$$ beside other text"),
        ("pt", "Custa R$ 5 hoje", r"Custa R\$ 5 hoje", "R$"),
        ("pt", "De R$ 5 a R$ 10", r"De R\$ 5 a R\$ 10", "R$"),
        ("pt", "a conta $x + y", r"com $x \in R$ vale", "lone $"),
        ("en", "a <br> b", "with a < b and b > c", "raw HTML"),
        ("en", "<div>\n\ntext\n\n</div>", "`<div>` is a tag", "raw HTML"),
        ("en", "<!-- note -->", "$a<b>c$", "raw HTML"),
        ("en", "Heading\n=======", "## Heading", "underlined"),
        ("en", "Heading\n---", "text\n\n---\n\ntext", "underlined"),
        ("en", "as shown[^1]", "$x[^1]$", "footnote"),
        ("en", "# Heading", "### Heading", "level-1"),
        ("en", "see [this][one]", "see [this](https://example.org)", "reference-style"),
        ("en", "[one]: https://example.org", "<https://example.org>", "reference-style"),
        ("en", "text\n\n    code", "- item\n\n  more of it", "indented code"),
        ("en", "see https://example.org", "[https://example.org](https://example.org)", "bare address"),
        ("en", "see www.example.org", "`www.example.org`", "bare address"),
        ("en", "is {{ u[0] ", "is {{ u[0] | 2 }}", "balance"),
        ("en", "is u[0] }}", r"$\frac{1}{2^{x}}$", "balance"),
        ("en", r"$\frac{{{ a }}}{2}$", r"$\frac{ {{ a }} }{2}$", "balance"),
        ("pt", "[núcleo](term:nukleus)", "[núcleo](term:nucleus)", "no term"),
        ("pt", "[lição](lesson:nenhuma)", "[lição](lesson:temperature)", "no lesson"),
        ("pt", "[erratas](lesson:errata#nada)", "[erratas](lesson:errata#provas)", "there are errata#inicio"),
        ("en", "[errata](lesson:none#provas)", "[errata](lesson:errata#numeros)", "no lesson"),
        ("pt", "[página](tool:nenhuma)", "[página](tool:inside)", "no tool"),
        ("pt", "[página](tool:nenhuma?text=O+mar)", "[página](tool:inside?text=O+mar)", "no tool"),
        ("pt", r"$p_{\max}$", r"$p_{\mathrm{max}}$", "invalid MathML"),
        ("en", r"$e^{u_\min/\tau}$", r"$\max_i u_i + \min_{j \le k} u_j$", "invalid MathML"),
        ("en", r"$u_{i,\max}$", r"$\log_2 p_i - \ln p_j$", "invalid MathML"),
    ],
)
def test_a_form_that_some_surface_does_not_render_is_found(lang, bad, good, message):
    assert message in " ".join(found for _, found in markdown(bad, lang))
    assert list(markdown(good, lang)) == []


@pytest.mark.parametrize(
    "lang, bad, good, message",
    [
        ("pt", "uma busca gananciosa", "a decodificação gulosa", "decodificação gulosa"),
        ("pt", "os Samplers", "os amostradores de `core/samplers.py`", "amostrador"),
        ("pt", "o beam\nsearch", "a busca em feixe", "busca em feixe"),
        ("pt", "a conclusão do modelo", "a conclusão do teorema", "continuação"),
        ("pt", "a amostragem nucleus", "a amostragem de núcleo", "amostragem top-p"),
        ("en", "renormalization", "renormalisation", "renormalisation"),
        ("pt", "o modelo vai estar gerando", "o modelo vai gerar", "gerundismo"),
        ("pt", "Funciona!", "Funciona.", "exclamation"),
        ("en", "It works!", "`x != y`", "exclamation"),
        ("pt", "um método poderoso", "um método exato", "praise"),
        ("pt", "é incrível", "é exato", "praise"),
        ("pt", "é a caneta", "é o controle", "caneta"),
        ("pt", "pronto \U0001f680", "A → B ✓", "emoji"),
        ("pt", "com τ = 0.83", "com τ = 0,83", "write 0,83"),
        ("pt", "$e^{2/0.5}$", "$e^{2/0{,}5}$", "write 0,5"),
        ("pt", "dá 0,831", "dá {{ p | 3 }}", "typed result"),
        ("pt", "$p = 0{,}831$", r"$V = 51\,200$", "typed result"),
        ("en", "that is 0.831", "that is `0.831`", "typed result"),
        ("en", "with p = 0,83", "with p = 0.83", "write 0.83"),
        ("en", "$p = 0.831$", "$V = 51{,}200$, $0.95$", "typed result"),
        (
            "pt",
            "são 1.5 bits",
            "Python 3.11, Lema 4.1, Lemas 4.1 e 4.2, GPT-3.5, arXiv:1904.09751, 51.200",
            "write 1,5",
        ),
        ("en", "a miss of 0.0021", "a miss of at most 0.001 among 51,200", "typed result"),
    ],
)
def test_a_word_or_number_against_the_rules_is_found(lang, bad, good, message):
    assert message in " ".join(found for _, found in markdown(bad, lang))
    assert list(markdown(good, lang)) == []


def test_words_inside_code_and_values_are_free():
    assert list(markdown("`sampler!` e {{ number(0.8311, 4) }} e ```seed = 0.8311```", "pt")) == []


def test_a_finding_names_its_line():
    assert [line for line, _ in markdown("Uma linha.\n\nOutra,\ne esta!\n\n- item\n- 0.25", "pt")] == [3, 6]
    assert [line for line, _ in markdown("| a |\n|---|\n| b |\n| c! |", "en")] == [3]


# Lessons -------------------------------------------------------------------------------------------------------------


def _found(tmp_path: Path, body: str) -> list[tuple[int, str]]:
    path = tmp_path / "01_sample.py"
    path.write_text(HEADER + body, encoding="utf-8")
    return list(lesson(path))


def test_a_lesson_whose_two_languages_agree_has_no_findings(tmp_path):
    assert (
        _found(
            tmp_path,
            PT
            + "# ## Título\n#\n# A [semente](term:seed) {{ 1 + 1 }} e $x$.\n"
            + EN
            + "# ## Title\n#\n# The [seed](term:seed), $x$ and {{ 1 + 1 }}.\n\n# %%\nx = 1\n",
        )
        == []
    )


@pytest.mark.parametrize(
    "pt, en, message",
    [
        ("# ## Um", "# ### One", "headings differ"),
        ("# {{ 1 + 1 }}", "# {{ 1 + 2 }}", "values differ"),
        ("# {{ 1 + 1 }}", "# two", "values differ"),
        ("# $x$ e $y$", "# $x$ and y", "number of formulas differ"),
        ("# [semente](term:seed)", "# [draw](term:draw)", "links differ"),
    ],
)
def test_a_pair_of_cells_that_disagrees_is_found(tmp_path, pt, en, message):
    ((line, found),) = _found(tmp_path, PT + pt + "\n" + EN + en + "\n")
    assert message in found
    assert line == 15  # the English cell's first line, counted from 0


@pytest.mark.parametrize(
    "body, message",
    [
        (PT + "# Um\n" + EN.replace('"a"', '"b"') + "# One\n", "anchor differ"),
        (PT + "# Um\n", "without its en twin"),
        (PT + "# Um\n" + PT + "# Dois\n" + EN + "# Two\n", "without its en twin"),
        (PT + "# Um\n\n# %%\nx = 1\n" + EN + "# One\n", "without its en twin"),
        (EN + "# One\n", "without its pt twin"),
        (PT + "# Um\n" + EN + "# One\n" + EN + "# Two\n", "without its pt twin"),
        ("\n# %% [markdown]\n# Um\n", 'needs lang="pt"'),
    ],
)
def test_cells_that_do_not_stand_in_pairs_are_found(tmp_path, body, message):
    assert message in " ".join(found for _, found in _found(tmp_path, body))


@pytest.mark.parametrize(
    "pt, en, message",
    [
        (["Lema 1.1", "Teorema 1.2"], ["Lemma 1.1", "Theorem 1.2"], None),
        (["Lema 1.1 (o primeiro)", "Proposição 1.2"], ["Lemma 1.1 (the first)", "Proposition 1.2"], None),
        (["Lema 1.1", "Teorema 1.1"], ["Lemma 1.1", "Theorem 1.1"], "statement 2 has the number 1.1: write 1.2"),
        (["Lema 2.1"], ["Lemma 2.1"], "write 1.1"),
        (["Lema 4"], ["Lemma 4"], "write 1.1"),
        (["Contraexemplo"], ["Counterexample"], "write 1.1"),
        (["Lema 1.1"], ["Theorem 1.1"], "statements differ"),
        (["Lema 1.1", "Lema 1.2"], ["Lemma 1.1"], "statements differ"),
    ],
)
def test_statements_are_numbered_by_lesson_over_all_kinds_alike_in_both_languages(tmp_path, pt, en, message):
    body = [head + "#\n".join(f"# > **{one}.** Vale $x$.\n" for one in names) for head, names in ((PT, pt), (EN, en))]
    found = [said for _, said in _found(tmp_path, "".join(body)) if "statement" in said]
    assert found == [] if message is None else message in " ".join(found)


@pytest.mark.parametrize(
    "lang, good, bad",
    [
        ("pt", "pela Proposição 3.3, e o Lema 3.1 (Lema 4 das notas de origem)", "pela Proposição 3.1"),
        ("pt", "as Proposições 3.3 e 3.4", "as Proposições 3.3 e 3.9"),
        ("en", "by Propositions 3.3 and 3.4", "by Lemma 4"),
        ("en", "Lemma 3.1 (Lemma 4.1 of the source notes)", "Theorem 3.3 of the lesson on temperature"),
        ("pt", "o teorema 7 não tem maiúscula", "É o Teorema 3 da lição de temperatura"),
    ],
)
def test_a_mention_of_a_statement_that_is_not_there_is_found(lang, good, bad):
    known = {
        (KIND["en"][kind], number)
        for kind, number in (("Lemma", "3.1"), ("Proposition", "3.3"), ("Proposition", "3.4"))
    }
    assert list(mentions(good, lang, known)) == []
    assert len(list(mentions(bad, lang, known))) == 1


def test_the_lesson_in_the_guide_for_contributors_runs_as_it_stands(tmp_path):
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    path = tmp_path / "99_sum.py"
    path.write_text(guide.partition("```python\n")[2].partition("```")[0], encoding="utf-8")
    assert list(lesson(path)) == []
    for lang, probabilities in zip(LANGUAGES, ("[0,6652; 0,2447; 0,0900]", "[0.6652, 0.2447, 0.0900]"), strict=True):
        idea, exercise, check = (block for _, block in run(load(path), lang))
        assert idea.anchor == "ideia"
        assert isinstance(exercise, Exercise)
        assert probabilities in check.text


def test_the_header_of_a_lesson_is_read(tmp_path):
    path = tmp_path / "01_sample.py"
    path.write_text(HEADER.replace("Curto", "Curto e incrível"), encoding="utf-8")
    assert [line for line, _ in lesson(path)] == [5]


def test_texts_in_code_are_read_with_what_is_computed_left_out():
    source = 'x = 1\ny = t(pt=f"dá {x:.4f} e pronto!",\n      en="it is 0.8311")\nz = "solto!"\n'
    assert [line for line, _ in script(source)] == [1, 2]


def test_the_report_names_file_and_line_and_sets_the_exit_status(tmp_path, monkeypatch, capsys):
    path = tmp_path / "01_sample.py"
    path.write_text(HEADER + PT + "# Um!\n" + EN + "# One.\n", encoding="utf-8")
    monkeypatch.setattr(lint, "paths", lambda: [path])
    assert lint.main() == 1
    assert capsys.readouterr().out == f"{path}:13: an exclamation mark: end with a point\n"


# Catalog and glossary ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry, message",
    [
        ('pt = "Sim"', "give it pt and en"),
        ('pt = "{a} tokens"\nen = "{b} tokens"', "placeholders differ"),
        ('pt = "Um só"\nen = "Only {one}"', "placeholders differ"),
        ('pt = "Mova o slider"\nen = "Move the slider"', "controle deslizante"),
    ],
)
def test_a_bad_interface_string_is_found(entry, message):
    ((line, found),) = catalog(f'["good"]\npt = "Um {{a}}"\nen = "One {{a}}"\n\n["bad"]\n{entry}\n')
    assert line == 4
    assert message in found


@pytest.mark.parametrize(
    "entry, message",
    [
        ('term = {pt = "semente"}\nmeaning = {pt = "a", en = "b"}', "give term"),
        ('term = {pt = "semente", en = "seed"}', "give meaning"),
        ('term = {pt = "semente", en = "seed"}\nmeaning = {pt = "Um número incrível.", en = "A number."}', "praise"),
    ],
)
def test_a_bad_glossary_entry_is_found(entry, message):
    ((line, found),) = terms(f"# Terms\n[seed]\n{entry}\n")
    assert line == 1
    assert message in found
