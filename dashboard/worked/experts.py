"""A router's weights, the load they make and the parameters of a sparse model, step by step."""

import math
from collections.abc import Sequence

from core.course.experts import SparseTransformer, balance_loss, parameters, route
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import number, short, t
from dashboard.worked.lines import digits, equations, total_of


def route_by_hand(id: str, title: str, logits: Sequence[float], k: int) -> Derivation:
    """The weights of one token by both ways: softmax, cut, renormalise; and cut, softmax. Logits largest first, no ties."""
    right = route(list(logits), k).tolist()[:k]
    after, before = _softmax_first(logits, k), _cut_first(logits, k)
    assert max(abs(a - b) for way in (after[1], before[1]) for a, b in zip(way, right, strict=True)) < 1e-12
    return Derivation(
        id,
        title,
        [
            Case(t(pt="softmax primeiro", en="softmax first"), after[0]),
            Case(t(pt="corte primeiro", en="cut first"), before[0]),
        ],
    )


def _names(symbol: str, many: int) -> list[str]:
    return [f"{symbol}_{i}" for i in range(1, many + 1)]


def _exponentials(logits: Sequence[float]) -> tuple[list[float], Step, Step]:
    powers = [math.exp(u) for u in logits]
    return (
        powers,
        Step(
            t(pt="Exponencie", en="Exponentiate"),
            equations(
                _names("e", len(powers)), [rf"e^{{{short(u, tex=True)}}}" for u in logits], [digits(e) for e in powers]
            ),
        ),
        Step(t(pt="Some", en="Add up"), total_of([digits(e) for e in powers], digits(math.fsum(powers)))),
    )


def _divided(text: str, symbol: str, parts: Sequence[float]) -> tuple[list[float], Step]:
    total = math.fsum(parts)
    shares = [part / total for part in parts]
    fractions = [rf"\frac{{{digits(part)}}}{{{digits(total)}}}" for part in parts]
    return shares, Step(text, equations(_names(symbol, len(parts)), fractions, [digits(x) for x in shares]))


def _softmax_first(logits: Sequence[float], k: int) -> tuple[list[Step], list[float]]:
    powers, raise_them, add = _exponentials(logits)
    probs, divide = _divided(
        t(pt="Divida: as probabilidades de todos", en="Divide: the probabilities of all"), "p", powers
    )
    weights, again = _divided(
        t(pt="Divida cada uma por essa soma: os pesos", en="Divide each by that sum: the weights"), "w", probs[:k]
    )
    keep = Step(
        t(pt=f"Fique com as {k} maiores e some", en=f"Keep the {k} largest and add them up"),
        total_of([digits(p) for p in probs[:k]], digits(math.fsum(probs[:k])), "P(S)"),
    )
    return [raise_them, add, divide, keep, again], weights


def _cut_first(logits: Sequence[float], k: int) -> tuple[list[Step], list[float]]:
    powers, raise_them, add = _exponentials(logits[:k])
    weights, divide = _divided(
        t(pt="Divida: os pesos, os mesmos", en="Divide: the weights, the same ones"), "w", powers
    )
    kept = ", ".join(rf"u_{i} = {short(u, tex=True)}" for i, u in enumerate(logits[:k], 1))
    return [
        Step(t(pt=f"Fique com os {k} maiores logits", en=f"Keep the {k} largest logits"), kept),
        raise_them,
        add,
        divide,
    ], weights


def balance_by_hand(id: str, title: str, cases: dict[str, Sequence[Sequence[float]]]) -> Derivation:
    """N Σ f_i P_i for k = 1, one case per batch: rows of router probabilities, one row per token."""
    return Derivation(id, title, [Case(label, _balance_steps(rows)) for label, rows in cases.items()])


def _balance_steps(rows: Sequence[Sequence[float]]) -> list[Step]:
    tokens, n = len(rows), len(rows[0])
    counts = [sum(row.index(max(row)) == i for row in rows) for i in range(n)]
    f = [count / tokens for count in counts]
    mean = [math.fsum(row[i] for row in rows) / tokens for i in range(n)]
    loss = n * math.fsum(a * b for a, b in zip(f, mean, strict=True))
    assert abs(loss - balance_loss([[math.log(p) for p in row] for row in rows], 1).item()) < 1e-12
    products = [rf"{digits(a, 2)} \cdot {digits(b)}" for a, b in zip(f, mean, strict=True)]
    sums = r" \\ &\qquad + ".join(products)  # one to a line, so that they fit a phone
    return [
        Step(
            t(
                pt=f"As probabilidades do roteador: {tokens} tokens, {n} especialistas; em negrito, a escolha",
                en=f"The router's probabilities: {tokens} tokens, {n} experts; the choice in bold",
            ),
            r"\begin{array}{"
            + "c" * n
            + "}"
            + r" \\ ".join(
                " & ".join(rf"\mathbf{{{digits(p, 2)}}}" if p == max(row) else digits(p, 2) for p in row)
                for row in rows
            )
            + r"\end{array}",
        ),
        Step(
            t(
                pt="A carga: a parte dos tokens que cada um recebe",
                en="The load: the share of the tokens that each receives",
            ),
            equations(
                _names("f", n), [rf"\frac{{{count}}}{{{tokens}}}" for count in counts], [digits(x, 2) for x in f]
            ),
        ),
        Step(
            t(pt="A probabilidade média de cada coluna", en="The mean probability of each column"),
            equations(_names("P", n), [digits(x) for x in mean]),
        ),
        Step(
            t(pt="Multiplique, some, e vezes N", en="Multiply, add up, and times N"),
            rf"\begin{{aligned}}L &= {n} \cdot ({sums}) \\ &= {digits(loss)}\end{{aligned}}",
        ),
    ]


def parameters_by_hand(id: str, title: str, shape: SparseTransformer) -> Derivation:
    """The parameters of a sparse model, counted one by one: all of them, and those one token uses."""
    return Derivation(
        id,
        title,
        [
            Case(t(pt="todos", en="all"), _count_steps(shape, shape.n_experts)),
            Case(t(pt="os que um token usa", en="those one token uses"), _count_steps(shape, shape.k)),
        ],
    )


def _count_steps(shape: SparseTransformer, used: int) -> list[Step]:
    found = parameters(shape)
    c, layers, width = shape.n_embd, shape.n_layer, shape.n_embd // shape.n_head * shape.n_kv_head
    total = found.shared + used * found.one_expert
    assert total == (found.total if used == shape.n_experts else found.active)

    def whole(x: int) -> str:
        return number(x, tex=True)

    def counted(product: str, result: int) -> str:  # on two lines, so that it fits a phone
        return rf"\begin{{aligned}}&{product} \\ &= {whole(result)}\end{{aligned}}"

    parts = [found.embeddings, found.attention, used * found.one_expert, found.routers + found.norms]
    return [
        Step(
            t(
                pt="Embeddings de entrada e de saída, 2·V·C",
                en="Input and output embeddings, 2·V·C",
            ),
            counted(rf"2 \cdot {whole(shape.vocab_size)} \cdot {whole(c)}", found.embeddings),
        ),
        Step(
            t(
                pt=f"Atenção: Q e a saída são C×C; K e V, C×{number(width)}; {layers} camadas",
                en=f"Attention: Q and the output are C×C; K and V, C×{number(width)}; {layers} layers",
            ),
            counted(rf"{layers} \cdot 2 \cdot ({whole(c)}^2 + {whole(c)} \cdot {whole(width)})", found.attention),
        ),
        Step(
            t(
                pt="Um especialista, em todas as camadas: três matrizes C×d",
                en="One expert, over all layers: three matrices C×d",
            ),
            counted(rf"{layers} \cdot 3 \cdot {whole(c)} \cdot {whole(shape.n_inner)}", found.one_expert),
        ),
        Step(
            t(pt="Os especialistas contados", en="The experts counted"),
            counted(rf"{used} \cdot {whole(found.one_expert)}", used * found.one_expert),
        ),
        Step(
            t(pt="Roteadores (C×N por camada) e normalizações", en="Routers (C×N per layer) and normalisations"),
            counted(
                rf"{layers} \cdot {whole(c)} \cdot {shape.n_experts} + {2 * layers + 1} \cdot {whole(c)}", parts[3]
            ),
        ),
        Step(
            t(pt="A soma", en="The sum"),
            total_of([whole(x) for x in parts], whole(total), "n"),
        ),
    ]
