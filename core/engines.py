"""How engines name, order and read the settings of a draw: data, each fact with where it was read, or "assumed".

The order is that of `Engine.order`, in the stage names of `core.params.STAGES`; parameters are keyed by the field of
`SamplingParams`. `core.to_engine` and `core.from_engine` translate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

TRANSFORMERS = "transformers 5.23.0, generation/utils.py _get_logits_processor"
HF_CONFIG = "transformers 5.23.0, generation/configuration_utils.py"
HF_PROCESS = "transformers 5.23.0, generation/logits_process.py"
VLLM_ORDER = "vLLM v1 sample/sampler.py @3e34265"
VLLM_PARAMS = "vLLM sampling_params.py @00388f6"
# The server's README @25d5b0c names the flags, but still gives older defaults for top-p (0.9) and min-p (0.1).
LLAMA_COMMON = "llama.cpp common/common.h @de93b99, flags from tools/server/README.md @25d5b0c"
LLAMA_SAMPLER = "llama.cpp src/llama-sampler.cpp @00efb3e; that the prompt counts is assumed"
OPENAI = "openai-python types/chat/completion_create_params.py @0444895"
OPENAI_DEFAULT = f"{OPENAI}; the default is not said there: assumed"
OPENAI_UNSAID = f"not said in {OPENAI}: assumed"

BEFORE = ("logit_bias", "penalties")
COMMON = ("temperature", "top_k", "top_p", "min_p")


@dataclass(frozen=True)
class Fact:
    """A value and where it was read."""

    value: object
    source: str


@dataclass(frozen=True)
class Parameter:
    """One setting as the engine spells it.

    Attributes:
        name: the engine's.
        default: what the engine does when it is not given, in the engine's own unit.
        source: where both were read.
        low, high: what the engine accepts, both ends included.
        off: the engine's value that switches it off, where that is not the field's own.
    """

    name: str
    default: object
    source: str
    low: float = float("-inf")
    high: float = float("inf")
    off: object = None


@dataclass(frozen=True)
class Engine:
    """One engine.

    Attributes:
        name: as `SamplingParams.order` spells it.
        form: what `to_engine` writes: "python", "json" or "flags".
        order: the stages in the order in which they run there.
        parameters: by field of `SamplingParams`.
        zero_temperature: "refused" or "greedy", what τ = 0 means.
        top_k_off: the values of top-k that cut nothing.
        repetition_scope, frequency_scope: which tokens count; None where the engine has no such penalty.
        window: how many of the last tokens count, by default; 0 is all.
    """

    name: str
    form: str
    order: Fact
    parameters: Mapping[str, Parameter]
    zero_temperature: Fact
    top_k_off: Fact
    repetition_scope: Fact
    frequency_scope: Fact
    window: Fact
    stage_names: Mapping[str, str] = field(default_factory=dict)


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            "transformers",
            "python",
            Fact(
                (*BEFORE, "no_repeat_ngram", *COMMON, "typical_p", "epsilon_cutoff", "eta_cutoff", "greedy"),
                TRANSFORMERS,
            ),
            {
                "greedy": Parameter("do_sample", False, HF_CONFIG),  # the other way round: do_sample = not greedy
                "temperature": Parameter("temperature", 1.0, HF_CONFIG, low=5e-324, high=1e300),
                "top_k": Parameter("top_k", 50, HF_CONFIG),
                "top_p": Parameter("top_p", 1.0, HF_CONFIG),
                "min_p": Parameter("min_p", None, HF_CONFIG),
                "typical_p": Parameter("typical_p", 1.0, HF_CONFIG, low=5e-324),
                "epsilon_cutoff": Parameter("epsilon_cutoff", 0.0, HF_CONFIG),
                "eta_cutoff": Parameter("eta_cutoff", 0.0, HF_CONFIG),
                "repetition_penalty": Parameter("repetition_penalty", 1.0, HF_CONFIG),
                "no_repeat_ngram": Parameter("no_repeat_ngram_size", 0, HF_CONFIG),
                "logit_bias": Parameter("sequence_bias", None, HF_CONFIG),
            },
            Fact("refused", HF_PROCESS),
            Fact((0, None), TRANSFORMERS),
            Fact("both", HF_PROCESS),
            Fact(None, HF_CONFIG),
            Fact(0, HF_PROCESS),
        ),
        Engine(
            "vllm",
            "python",
            Fact((*BEFORE, "temperature", "min_p", "top_k", "top_p", "greedy"), VLLM_ORDER),
            {
                "temperature": Parameter("temperature", 1.0, VLLM_PARAMS, low=0.01, high=2),
                "top_k": Parameter("top_k", 0, VLLM_PARAMS),
                "top_p": Parameter("top_p", 1.0, VLLM_PARAMS, low=5e-324),
                "min_p": Parameter("min_p", 0.0, VLLM_PARAMS),
                "repetition_penalty": Parameter("repetition_penalty", 1.0, VLLM_PARAMS),
                "frequency_penalty": Parameter("frequency_penalty", 0.0, VLLM_PARAMS, low=-2, high=2),
                "presence_penalty": Parameter("presence_penalty", 0.0, VLLM_PARAMS, low=-2, high=2),
                "logit_bias": Parameter("logit_bias", None, VLLM_PARAMS, low=-100, high=100),
            },
            Fact("greedy", VLLM_PARAMS),
            Fact((0, -1), VLLM_PARAMS),
            Fact("both", VLLM_PARAMS),
            Fact("output", VLLM_PARAMS),
            Fact(0, VLLM_PARAMS),
        ),
        Engine(
            "llama.cpp",
            "flags",
            Fact(
                (*BEFORE, "top_n_sigma", "top_k", "typical_p", "top_p", "min_p", "xtc", "temperature", "greedy"),
                LLAMA_COMMON,
            ),
            {
                "temperature": Parameter("--temp", 0.8, LLAMA_COMMON, low=5e-324, high=1e30),
                "dynatemp_range": Parameter("--dynatemp-range", 0.0, LLAMA_COMMON),
                "dynatemp_exponent": Parameter("--dynatemp-exp", 1.0, LLAMA_COMMON),
                "top_k": Parameter("--top-k", 40, LLAMA_COMMON),
                "top_p": Parameter("--top-p", 0.95, LLAMA_COMMON),
                "min_p": Parameter("--min-p", 0.05, LLAMA_COMMON),
                "typical_p": Parameter("--typical", 1.0, LLAMA_COMMON),
                "top_n_sigma": Parameter("--top-nsigma", -1.0, LLAMA_COMMON, off=-1.0),
                "xtc_probability": Parameter("--xtc-probability", 0.0, LLAMA_COMMON),
                "xtc_threshold": Parameter("--xtc-threshold", 0.1, LLAMA_COMMON),
                "repetition_penalty": Parameter("--repeat-penalty", 1.0, LLAMA_COMMON),
                "frequency_penalty": Parameter("--frequency-penalty", 0.0, LLAMA_COMMON),
                "presence_penalty": Parameter("--presence-penalty", 0.0, LLAMA_COMMON),
                "penalty_window": Parameter("--repeat-last-n", 64, LLAMA_COMMON, off=-1),
                "logit_bias": Parameter("--logit-bias", None, LLAMA_COMMON),
            },
            Fact("greedy", LLAMA_COMMON),
            Fact((0, -1), LLAMA_COMMON),
            Fact("both", LLAMA_SAMPLER),
            Fact("both", LLAMA_SAMPLER),
            Fact(64, LLAMA_COMMON),
            {"typical_p": "typ_p"},
        ),
        Engine(
            "openai",
            "json",
            Fact((*BEFORE, "temperature", "top_p", "greedy"), OPENAI_UNSAID),
            {
                "temperature": Parameter("temperature", 1.0, OPENAI_DEFAULT, low=5e-324, high=2),
                "top_p": Parameter("top_p", 1.0, OPENAI_DEFAULT),
                "frequency_penalty": Parameter("frequency_penalty", 0.0, OPENAI_DEFAULT, low=-2, high=2),
                "presence_penalty": Parameter("presence_penalty", 0.0, OPENAI_DEFAULT, low=-2, high=2),
                "logit_bias": Parameter("logit_bias", None, OPENAI_DEFAULT, low=-100, high=100),
            },
            Fact("greedy", f"{OPENAI} accepts 0 and does not say more: assumed"),
            Fact((), OPENAI),
            Fact(None, OPENAI),
            Fact("output", f"errata F4; {OPENAI} says 'the text so far'"),
            Fact(0, OPENAI_UNSAID),
        ),
    )
}
# That of transformers, with the stages that it has not.
DEFAULT_ORDER = (*ENGINES["transformers"].order.value[:-1], "top_n_sigma", "top_a", "xtc", "greedy")
ORDERS = {name: engine.order.value for name, engine in ENGINES.items()}


def table() -> str:
    """The engines side by side as a Markdown table, every cell with its source."""
    rows = {
        "order": lambda e: Fact(" → ".join(e.order.value), e.order.source),
        "τ = 0": lambda e: e.zero_temperature,
        "top-k off": lambda e: Fact(", ".join(map(str, e.top_k_off.value)) or "no top-k", e.top_k_off.source),
        "repetition penalty counts": lambda e: Fact(e.repetition_scope.value or "none", e.repetition_scope.source),
        "frequency and presence count": lambda e: Fact(e.frequency_scope.value or "none", e.frequency_scope.source),
        "of these the last": lambda e: Fact(e.window.value or "all", e.window.source),
    }
    fields = dict.fromkeys(name for engine in ENGINES.values() for name in engine.parameters)
    lines = [f"| | {' | '.join(ENGINES)} |", f"|---|{'---|' * len(ENGINES)}"]
    for title, fact in rows.items():
        lines.append(f"| {title} | {' | '.join(f'{fact(e).value} ({fact(e).source})' for e in ENGINES.values())} |")
    for name in fields:
        cells = (e.parameters.get(name) for e in ENGINES.values())
        told = (f"`{cell.name}` = {cell.default} ({cell.source})" if cell else "—" for cell in cells)
        lines.append(f"| {name} | {' | '.join(told)} |")
    return "\n".join(lines)
