"""One position through the rest of a block and out: norm, feed-forward, residual, last norm, logits, softmax."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F

from core import softmax
from core.models.gpt import MLP, GPTConfig
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations, probability, total_of

Matrix = Sequence[Sequence[float]]


def block_by_hand(
    id: str, title: str, x: Sequence[float], inner: Matrix, outer: Matrix, tokens: dict[str, Sequence[float]]
) -> Derivation:
    """x (C,) through x + W₂ GELU(W₁ LN(x)), then LN and the rows of `tokens`. `inner` is (I, C), `outer` (C, I).

    Norms have gain 1, shift 0 and no ε; no biases.
    """
    center, spread, normed = _norm(x)
    hidden = [_dot(row, normed) for row in inner]
    bent = [gelu_tanh(h) for h in hidden]
    added = [_dot(row, bent) for row in outer]
    after = [a + b for a, b in zip(x, added, strict=True)]
    last_center, last_spread, last = _norm(after)
    logits = [_dot(row, last) for row in tokens.values()]
    exponentials = [math.exp(u) for u in logits]
    total = math.fsum(exponentials)
    probs = [e / total for e in exponentials]
    assert max(abs(a - b) for a, b in zip(probs, _by_core(x, inner, outer, tokens), strict=True)) < 1e-12
    C, names = range(1, len(x) + 1), [rf"\text{{{token}}}" for token in tokens]
    steps = [
        Step(t(pt="A média e o desvio-padrão das componentes", en="The mean and the standard deviation of the components"),
             equations([r"\mu", r"\sigma"], [digits(center), digits(spread)])),
        Step(t(pt="Normalize: subtraia a média e divida pelo desvio", en="Normalise: subtract the mean and divide by the deviation"),
             equations([rf"\hat x_{i}" for i in C], [rf"\frac{{{short(a, tex=True)} - {short(center, tex=True)}}}{{{digits(spread)}}}" for a in x], [digits(a) for a in normed])),
        Step(t(pt="A primeira matriz da rede feed-forward", en="The first matrix of the feed-forward network"),
             equations([f"h_{i + 1}" for i in range(len(hidden))], [_terms(row, r"\hat x") for row in inner], [digits(h) for h in hidden])),
        Step(t(pt="A função GELU, na aproximação do GPT-2: quase h se h é grande, quase 0 se é negativo", en="The function GELU, in GPT-2's approximation: almost h if h is large, almost 0 if it is negative"),
             equations([rf"g_{i + 1} = \mathrm{{GELU}}({digits(h)})" for i, h in enumerate(hidden)], [digits(g) for g in bent])),
        Step(t(pt="A segunda matriz, e a conexão residual: some à entrada", en="The second matrix, and the residual connection: add to the input"),
             equations([f"y_{i}" for i in C], [f"{short(a, tex=True)} + ({digits(b)})" for a, b in zip(x, added, strict=True)], [digits(a) for a in after])),
        Step(t(pt="A última normalização", en="The last norm"),
             equations([r"\mu", r"\sigma", *(rf"\hat y_{i}" for i in C)], [digits(v) for v in (last_center, last_spread, *last)])),
        Step(t(pt="Um logit por token: produto com a linha dele", en="One logit per token: the product with its row"),
             equations([rf"u_{{{name}}}" for name in names], [_terms(row, r"\hat y") for row in tokens.values()], [digits(u) for u in logits])),
        Step(t(pt="Exponencie e some", en="Exponentiate and add up"), total_of([digits(e) for e in exponentials], digits(total))),
        Step(t(pt="As probabilidades do próximo token", en="The probabilities of the next token"),
             equations([rf"p_{{{name}}}" for name in names], [rf"\frac{{{digits(e)}}}{{{digits(total)}}}" for e in exponentials], [probability(p) for p in probs])),
    ]  # fmt: skip
    return Derivation(id, title, [Case("", steps)])


def _norm(x: Sequence[float]) -> tuple[float, float, list[float]]:
    center = math.fsum(x) / len(x)
    spread = math.sqrt(math.fsum((a - center) ** 2 for a in x) / len(x))
    return center, spread, [(a - center) / spread for a in x]


def gelu_tanh(h: float) -> float:
    """The approximation of x Φ(x) that GPT-2 uses."""
    return 0.5 * h * (1 + math.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _terms(row: Sequence[float], name: str) -> str:
    """The terms of a row that are not zero, such as x₁ − 2 x₄."""
    said = ""
    for i, value in enumerate(row, 1):
        if value:
            size = "" if abs(value) == 1 else f"{short(abs(value), tex=True)} \\, "
            said += (" - " if value < 0 else " + " if said else "") + f"{size}{name}_{i}"
    return said.strip()


def _by_core(x, inner, outer, tokens) -> list[float]:
    """The same with the feed-forward part of `core`'s GPT."""
    mlp = MLP(GPTConfig(n_head=1, n_embd=len(x), n_inner=len(inner))).double().requires_grad_(False)
    for linear, weight in ((mlp.c_fc, inner), (mlp.c_proj, outer)):
        linear.weight.copy_(torch.tensor(weight, dtype=torch.float64))
        linear.bias.zero_()
    h, shape = torch.tensor(x, dtype=torch.float64), (len(x),)
    h = h + mlp(F.layer_norm(h, shape, eps=0.0))
    rows = torch.tensor(list(tokens.values()), dtype=torch.float64)
    return softmax(rows @ F.layer_norm(h, shape, eps=0.0)).tolist()
