"""Byte-pair encoding to watch: a text that the reader types, merged in the page, and what larger vocabularies save."""

from collections.abc import Mapping, Sequence

import altair as alt

from dashboard.blocks import Column, Figure, Merges
from dashboard.charts.frame import Sets, figure, named_lines, oracle, stops_control
from dashboard.language import number, t

SIZES = (257, 320, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192)


def piece(token: bytes) -> str:
    """A token as it is read: spaces and line breaks to be seen, bytes that are no whole character in hexadecimal."""
    try:
        text = token.decode()
    except UnicodeDecodeError:
        return "".join(f"‹{byte:02X}›" for byte in token)
    return text.replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥")


def merges(id: str, title: str, text: str, vocabularies: Mapping[str, object], *, caption: str = "") -> Merges:
    """A field to type in, and the merges of the chosen vocabulary (`core.course.bpe.BPE`) on what it holds, one at a time."""
    first = next(iter(vocabularies.values()))
    stages = first.steps(text)
    rows = []
    for n, stage in enumerate(stages):
        new = "" if n == 0 else piece(first.tokens[_made(first, stages[n - 1], stage)])
        rows.append(
            [
                number(n),
                new or "—",
                number(sum(map(len, stage))),
                " | ".join(" ".join(piece(first.tokens[i]) for i in word) for word in stage),
            ]
        )
    return Merges(
        id=id, title=title, text=text, caption=caption,
        alt=t(pt=f"«{text}» começa com {rows[0][2]} bytes e termina, depois de {len(rows) - 1} fusões, com {rows[-1][2]} tokens: {rows[-1][3]}.",
              en=f"“{text}” begins as {rows[0][2]} bytes and ends, after {len(rows) - 1} merges, as {rows[-1][2]} tokens: {rows[-1][3]}."),
        vocabularies={name: [i for pair in one.merges for i in pair] for name, one in vocabularies.items()},
        columns=[t(pt="nº", en="no."), "token", "id", t(pt="bytes, em hexadecimal", en="bytes, in hexadecimal")],
        heads=[t(pt="fusão", en="merge"), t(pt="token novo", en="new token"), "tokens", t(pt="o texto, com | entre os pedaços", en="the text, with | between the pieces")],
        rows=rows,
        say={
            "text": t(pt="Escreva um texto", en="Type a text"),
            "help": t(pt="Até 300 caracteres, em qualquer língua. Emojis, acentos e espaços também contam.", en="Up to 300 characters, in any language. Emoji, accents and spaces count too."),
            "vocabulary": t(pt="Vocabulário", en="Vocabulary"),
            "merges": t(pt="Fusões feitas", en="Merges carried out"),
            "tokens": t(pt="O texto em tokens", en="The text in tokens"),
            "start": t(pt="Nenhuma fusão ainda. Bytes: {bytes}; pedaços: {words}.", en="No merge yet. Bytes: {bytes}; pieces: {words}."),
            "step": t(pt="Fusão {n} de {all}: «{left}» + «{right}» → «{both}», a de número {rank} entre as aprendidas. Tokens no texto: {tokens}.",
                      en="Merge {n} of {all}: “{left}” + “{right}” → “{both}”, number {rank} among those learned. Tokens in the text: {tokens}."),
            "more": t(pt="Avance o controle.", en="Move the slider on."),
            "end": t(pt="Não há mais par a fundir. Bytes no começo: {bytes}; tokens no fim: {tokens}.", en="There is no pair left to merge. Bytes at the start: {bytes}; tokens at the end: {tokens}."),
            "empty": t(pt="Um texto vazio tem 0 token. Escreva alguma coisa.", en="An empty text has 0 tokens. Type something."),
        },
    )  # fmt: skip


def _made(vocabulary, before: list[list[int]], after: list[list[int]]) -> int:
    """The token that a stage has and the one before it lacks, or has fewer of."""
    old = [i for word in before for i in word]
    return next(i for word in after for i in word if i > 256 and old.count(i) < sum(w.count(i) for w in after))


@oracle("vocabularySize")
def _rows(data: dict, settings: dict) -> Sets:
    every = [
        {"size": size, "here": size, "ratio": per_word[1] / per_word[0], **{f"y{i}": y for i, y in enumerate(per_word)}}
        for k, size in enumerate(data["sizes"])
        for per_word in [[one["tokens"][k] / one["words"] for one in data["texts"]]]
    ]
    return {"rows": [row for row in every if row["size"] == settings["stop"]], "curve": every}


def vocabulary_size(
    id: str, title: str, texts: Mapping[str, tuple[int, Sequence[int]]], *, value: int, said: str, caption: str = ""
) -> Figure:
    """Tokens per word over the size of the vocabulary, on a logarithmic scale: one curve per entry of `texts`.

    `texts` are {label: (words, tokens at each of SIZES)}; two to four. In `said`: {size}, {y0} … (tokens per word of
    each), {ratio} (of the second to the first).
    """
    control = stops_control("stop", t(pt="Tamanho do vocabulário", en="Size of the vocabulary"),
                            t(pt="Os 256 bytes, o fim de texto e as primeiras fusões.", en="The 256 bytes, end of text and the first merges."),
                            value, SIZES, number)  # fmt: skip
    series = {f"y{i}": label for i, label in enumerate(texts)}

    def x() -> alt.X:
        return alt.X("size:Q", title=t(pt="tokens do vocabulário (escala logarítmica)", en="tokens in the vocabulary (logarithmic scale)"),
                     scale=alt.Scale(type="log", base=2, domain=[SIZES[0], SIZES[-1]], nice=False),
                     axis=alt.Axis(values=[257, 512, 1024, 2048, 4096, 8192], format=",d", labelOverlap="greedy", labelSeparation=8))  # fmt: skip

    y = alt.Y(
        "value:Q", title=t(pt="tokens por palavra", en="tokens per word"), scale=alt.Scale(domainMin=0, nice=True)
    )
    looks = ("kept", "cut", "bound", "tail")[: len(series)], ((1, 0), (6, 4), (2, 3), (8, 3, 2, 3))[: len(series)]
    told = "; ".join(f"{label} {{{name}|3}}" for name, label in series.items())
    data = {
        "sizes": list(SIZES),
        "texts": [{"words": words, "tokens": list(tokens)} for words, tokens in texts.values()],
    }
    return figure(
        "vocabularySize", id, title, data, [control],
        named_lines(series, x, y, *looks, 2).properties(height=280, width="container"),
        [Column("here", t(pt="vocabulário", en="vocabulary"), "0"), *(Column(name, label, "3") for name, label in series.items())],
        said=said, caption=caption,
        alt=t(pt="Curvas que descem: quanto maior o vocabulário, menos tokens por palavra. Com {here|0} tokens: ",
              en="Falling curves: the larger the vocabulary, the fewer tokens per word. With {here|0} tokens: ") + f"{told}.",
    )  # fmt: skip
