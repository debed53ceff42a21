"""Calculations by hand: whole enough to be redone on paper, and written as the reader writes numbers."""

import re

import pytest

from dashboard.language import using
from dashboard.worked import attention_by_hand

X = [[1, 0], [0, 1], [2, 1]]
MATRICES = {"queries": [[2, 0], [0, 1]], "keys": [[1, 1], [0, 2]], "values": [[4, 0], [0, 4]]}


@pytest.mark.parametrize("lang, joint", [("pt", r";\;"), ("en", r",\;")])
def test_attention_shows_its_three_matrices_and_the_product_that_gives_a_query(lang, joint):
    with using(lang):
        first = attention_by_hand("hand", "", X, **MATRICES).cases[2].steps[0].tex
    shown = re.findall(r"W_(.) &= \\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", first)
    assert shown == [("Q", r"2 & 0 \\ 0 & 1"), ("K", r"1 & 1 \\ 0 & 2"), ("V", r"4 & 0 \\ 0 & 4")]
    assert rf"q_3 &= (2 \cdot 2 + 1 \cdot 0{joint}2 \cdot 0 + 1 \cdot 1)" in first and rf"q_3 &= (4{joint}1)" in first


@pytest.mark.parametrize("lang, other", [("pt", r",\;"), ("en", r";\;")])
def test_vectors_are_separated_as_the_reader_s_decimal_mark_asks(lang, other):
    with using(lang):
        steps = [step.tex for case in attention_by_hand("hand", "", X, **MATRICES).cases for step in case.steps]
    assert not any(other in tex for tex in steps)
