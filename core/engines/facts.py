"""How engines name, order and read the settings of a draw: data, each fact with where it was read.

`Engine.order` spells the stages as `core.params.STAGES` does, and as the engine does where this project has no such
stage. Parameters are keyed by the field of `SamplingParams`; a setting that no field expresses stands in
`Engine.others` under the engine's own name. What ends a text is an argument of `core.generate` and no setting of the
draw: `Engine.ending` says which of those an engine has. `core.to_engine` and `core.from_engine` translate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

TRANSFORMERS = "transformers 5.23.0, generation/utils.py _get_logits_processor"
HF_CONFIG = "transformers 5.23.0, generation/configuration_utils.py"
HF_PROCESS = "transformers 5.23.0, generation/logits_process.py"
VLLM_ORDER = "vLLM v1 sample/sampler.py @3e34265"
VLLM_PARAMS = "vLLM sampling_params.py @00388f6"
LLAMA_ARG = "llama.cpp common/arg.cpp, common/common.h @0c1e57098"
LLAMA_CHAIN = "llama.cpp common/common.h, common/sampling.cpp @0c1e57098"
LLAMA_SAMPLER = "llama.cpp src/llama-sampler.cpp @0c1e57098"
LLAMA_PROMPT = "llama.cpp tools/server/server-context.cpp init_sampler @0c1e57098"
OPENAI = "openai-python types/chat/completion_create_params.py @0444895"
OPENAI_DETAILS = "OpenAI API reference, Parameter details (2023)"

FLOAT32 = {"low": -3.4028234663852886e38, "high": 3.4028234663852886e38, "least": 1.1754943508222875e-38}
ALL_TOKENS = 2**20  # stands for "all" where an engine wants a number: more than a context, 4 MiB of llama.cpp's memory


@dataclass(frozen=True)
class Fact:
    """A value and where it was read; `assumed` where the source does not settle it."""

    value: object
    source: str
    assumed: bool = False


@dataclass(frozen=True)
class Parameter:
    """One setting as the engine spells it.

    Attributes:
        name: the engine's.
        default: what the engine does when it is not given, in the engine's own unit.
        source: where it was read.
        assumed: the default is not said there.
        aliases: other spellings that the engine reads.
        low, high: what the engine takes, both ends included.
        above: it takes what is larger than this.
        off_to, off_from: at and below the one, at and above the other the setting is off.
        least: between 0 and this no value is used as it is; `raised` when the engine raises it to this one.
        clips: what lies outside acts as the nearest end; otherwise the engine refuses it.
        whole: it takes whole numbers only; `decimal`: it refuses a whole number that is written as one, such as 2.
    """

    name: str
    default: object
    source: str
    assumed: bool = False
    aliases: tuple[str, ...] = ()
    low: float = -inf
    high: float = inf
    above: float = -inf
    off_to: float = -inf
    off_from: float = inf
    least: float = 0.0
    raised: bool = False
    clips: bool = False
    whole: bool = False
    decimal: bool = False

    def is_off(self, value: object) -> bool:
        """Whether the engine reads `value` as off."""
        low, high = self.off_to, self.off_from
        return value is not None and ((-inf < low and value <= low) or (high < inf and value >= high))


@dataclass(frozen=True)
class Setting:
    """A setting of an engine that changes what is drawn and that no field of `SamplingParams` expresses.

    Attributes:
        off: the values that change nothing; the first one is the default.
        below: a number smaller than this changes nothing either.
        source: where it was read.
        stage: the engine's stage that it sets, where that is one of `Engine.order` or of `Engine.stage_names`.
        needs: the setting without which it does nothing.
        aliases: other spellings that the engine reads.
        switch: on the command line it takes no value.
    """

    off: tuple
    source: str
    stage: str = ""
    needs: str = ""
    aliases: tuple[str, ...] = ()
    switch: bool = False
    below: float = -inf

    def acts(self, value: object) -> bool:
        """Whether `value` changes what is drawn."""
        small = isinstance(value, (int, float)) and value < self.below
        return not small and value is not None and value not in self.off


@dataclass(frozen=True)
class Engine:
    """One engine.

    Attributes:
        name: as `SamplingParams.order` spells it.
        form: what `to_engine` writes: "python", "json" or "flags".
        order: every stage in the order in which they run there, when nothing else is said.
        parameters: by field of `SamplingParams`.
        ending: by argument of `core.generate` about the end of a text; only what means the same there.
        zero_temperature: "refused" or "greedy", what τ = 0 means.
        top_k_off: the values of top-k that cut nothing.
        repetition_scope, frequency_scope: which tokens count; None where the engine has no such penalty.
        window: how many of the last tokens count, by default; 0 is all.
        others: by the engine's name, the settings that `SamplingParams` does not express.
        silent: settings that touch no draw: how long the text is, how many texts, which seed, what is told of them.
        stage_names: by stage, for an engine whose order can be set: its name, its letter, its other names.
    """

    name: str
    form: str
    order: Fact
    parameters: Mapping[str, Parameter]
    ending: Mapping[str, Parameter]
    zero_temperature: Fact
    top_k_off: Fact
    repetition_scope: Fact
    frequency_scope: Fact
    window: Fact
    others: Mapping[str, Setting]
    silent: Fact
    stage_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of `order` that this project has."""
        foreign = {setting.stage for setting in self.others.values()}
        return tuple(name for name in self.order.value if name not in foreign)


def _words(names: str, source: str) -> Fact:
    return Fact(tuple(names.split()), source)


def _hf(name: str, default: object, **limits) -> Parameter:
    return Parameter(name, default, HF_CONFIG, **limits)


def _hf_off(*off, stage: str = "") -> Setting:
    return Setting(off, TRANSFORMERS, stage)


def _vllm(name: str, default: object, **limits) -> Parameter:
    return Parameter(name, default, VLLM_PARAMS, **limits)


def _llama(name: str, default: object, **limits) -> Parameter:
    """A number there is a float32 that std::stof reads, and what makes no sense acts as the nearest that does."""
    return Parameter(name, default, LLAMA_ARG, **FLOAT32 | {"clips": True} | limits)


def _llama_off(*off, **more) -> Setting:
    return Setting(off, LLAMA_ARG, **more)


def _openai(name: str, default: object, **limits) -> Parameter:
    return Parameter(name, default, OPENAI, assumed=True, **limits)


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            "transformers",
            "python",
            _words(
                "logit_bias penalties no_repeat_ngram token_mask temperature top_h top_k top_p min_p typical_p epsilon_cutoff "
                "eta_cutoff greedy",
                TRANSFORMERS,
            ),
            {
                "greedy": _hf("do_sample", False),  # the other way round: do_sample = not greedy
                "temperature": _hf("temperature", 1.0, above=0, decimal=True),
                "top_h": _hf("top_h", None, above=0, high=1),
                "top_k": _hf("top_k", 50, low=0, off_to=0),
                "top_p": _hf("top_p", 1.0, low=0, off_from=1),
                "min_p": _hf("min_p", None, low=0, high=1),
                "typical_p": _hf("typical_p", 1.0, above=0, off_from=1),
                "epsilon_cutoff": _hf("epsilon_cutoff", 0.0, off_to=0, off_from=1),
                "eta_cutoff": _hf("eta_cutoff", 0.0, off_to=0, off_from=1),
                "repetition_penalty": _hf("repetition_penalty", 1.0, above=0, decimal=True),
                "no_repeat_ngram": _hf("no_repeat_ngram_size", 0, off_to=0),
                "logit_bias": _hf("sequence_bias", None),
                "banned_token_ids": _hf("suppress_tokens", None),
            },
            {
                "min_new_tokens": _hf("min_new_tokens", None)
            },  # eos_token_id replaces the model's own, and min_length counts the prompt
            Fact("refused", HF_PROCESS),
            Fact((0, None), TRANSFORMERS),
            Fact("both", HF_PROCESS),
            Fact(None, HF_CONFIG),
            Fact(0, HF_PROCESS),
            {
                "guidance_scale": _hf_off(None, 1),
                "encoder_repetition_penalty": _hf_off(1),
                "encoder_no_repeat_ngram_size": _hf_off(0),
                "bad_words_ids": _hf_off(None),
                "min_length": _hf_off(0),
                "forced_bos_token_id": _hf_off(None),
                "forced_eos_token_id": _hf_off(None),
                "remove_invalid_values": _hf_off(False),
                "exponential_decay_length_penalty": _hf_off(None),
                "begin_suppress_tokens": _hf_off(None),
                "watermarking_config": _hf_off(None),
                "num_beams": _hf_off(1),
                "num_beam_groups": _hf_off(1),
                "diversity_penalty": _hf_off(0),
                "constraints": _hf_off(None),
                "force_words_ids": _hf_off(None),
                "penalty_alpha": _hf_off(None),
                "dola_layers": _hf_off(None),
                "token_healing": _hf_off(False),
                "assistant_ensemble_weight": _hf_off(None),
                "generation_config": _hf_off(None),
                "logits_processor": _hf_off(None),
                "prefix_allowed_tokens_fn": _hf_off(None),
                "custom_generate": _hf_off(None),
            },
            _words(
                "max_length max_new_tokens max_time stop_strings stopping_criteria early_stopping "
                "length_penalty num_return_sequences renormalize_logits eos_token_id bos_token_id "
                "pad_token_id decoder_start_token_id use_cache cache_config cache_implementation "
                "max_cache_len low_memory prefill_chunk_size compile_config disable_compile "
                "continuous_batching_config output_attentions output_hidden_states output_logits "
                "output_scores return_dict_in_generate is_assistant num_assistant_tokens use_mtp "
                "num_assistant_tokens_schedule assistant_confidence_threshold assistant_early_exit "
                "assistant_lookbehind target_lookbehind prompt_lookup_num_tokens speculation_type "
                "max_matching_ngram_size transformers_version inputs input_ids attention_mask assistant_model "
                "streamer synced_gpus tokenizer negative_prompt_ids negative_prompt_attention_mask "
                "_from_model_config",
                HF_CONFIG,
            ),
        ),
        Engine(
            "vllm",
            "python",
            _words("token_mask logit_bias penalties temperature min_p top_k top_p greedy", VLLM_ORDER),
            {
                "temperature": _vllm("temperature", 1.0, low=0, high=2, least=0.01, raised=True),
                "top_k": _vllm("top_k", 0, low=-1, off_to=0),
                "top_p": _vllm("top_p", 1.0, above=0, high=1),
                "min_p": _vllm("min_p", 0.0, low=0, high=1),
                "repetition_penalty": _vllm("repetition_penalty", 1.0, above=0),
                "frequency_penalty": _vllm("frequency_penalty", 0.0, low=-2, high=2),
                "presence_penalty": _vllm("presence_penalty", 0.0, low=-2, high=2),
                "logit_bias": _vllm("logit_bias", None),
                "allowed_token_ids": _vllm("allowed_token_ids", None),
            },
            {
                "min_new_tokens": _vllm("min_tokens", 0),  # holds back stop strings too
                "stop_token_ids": _vllm("stop_token_ids", None),
                "ignore_eos": _vllm("ignore_eos", False),
                "include_stop_str_in_output": _vllm("include_stop_str_in_output", False),
            },
            Fact("greedy", VLLM_PARAMS),
            Fact((0, -1), VLLM_PARAMS),
            Fact("both", VLLM_PARAMS),
            Fact("output", VLLM_PARAMS),
            Fact(0, VLLM_PARAMS),
            {
                "bad_words": Setting((None, []), VLLM_PARAMS),
                "structured_outputs": Setting((None,), VLLM_PARAMS),
                "thinking_token_budget": Setting((None,), VLLM_PARAMS),
                "trace_decode_token_ids": Setting((None,), VLLM_PARAMS),
                "extra_args": Setting((None,), VLLM_PARAMS),
            },
            _words(
                "n seed stop max_tokens logprobs prompt_logprobs "
                "prompt_logprob_token_ids prompt_logprob_start logprob_token_ids flat_logprobs detokenize "
                "skip_special_tokens spaces_between_special_tokens output_kind "
                "stream_interval skip_clone output_text_buffer_length skip_reading_prefix_cache "
                "repetition_detection routed_experts_prompt_start",
                VLLM_PARAMS,
            ),
        ),
        Engine(
            "llama.cpp",
            "flags",
            _words(
                "logit_bias penalties dry top_n_sigma top_k typical_p top_p min_p xtc temperature greedy",
                LLAMA_CHAIN,
            ),
            {
                "temperature": _llama("--temp", 0.8, aliases=("--temperature",), low=0),
                "dynatemp_range": _llama("--dynatemp-range", 0.0, off_to=0),
                "dynatemp_exponent": _llama("--dynatemp-exp", 1.0),
                "top_k": _llama("--top-k", 40, off_to=0, high=2**31 - 1, least=0),
                "top_p": _llama("--top-p", 0.95, low=0, off_from=1),
                "min_p": _llama("--min-p", 0.05, off_to=0, high=1),
                "typical_p": _llama("--typical", 1.0, aliases=("--typical-p",), low=0, off_from=1),
                "top_n_sigma": _llama("--top-nsigma", -1.0, aliases=("--top-n-sigma",), off_to=0),
                "xtc_probability": _llama("--xtc-probability", 0.0, off_to=0, high=1),
                "xtc_threshold": _llama("--xtc-threshold", 0.1, low=0, high=1),
                "repetition_penalty": _llama("--repeat-penalty", 1.0, above=0, clips=False),
                "frequency_penalty": _llama("--frequency-penalty", 0.0),
                "presence_penalty": _llama("--presence-penalty", 0.0),
                "penalty_window": _llama("--repeat-last-n", 64, low=0, high=2**31 - 1, least=0, clips=False),
                "logit_bias": _llama("--logit-bias", None, aliases=("-l",), low=-inf),
                "dry_multiplier": _llama("--dry-multiplier", 0.0, off_to=0),
                "dry_base": _llama("--dry-base", 1.75, low=1),
                "dry_allowed_length": _llama("--dry-allowed-length", 2, low=1, high=2**31 - 1, least=0),
                "dry_window": _llama("--dry-penalty-last-n", 64, low=0, high=2**31 - 1, least=0, clips=False),
                "mirostat_tau": _llama("--mirostat-ent", 5.0, low=0),
                "mirostat_eta": _llama("--mirostat-lr", 0.1, low=0),
                "adaptive_target": _llama("--adaptive-target", -1.0, low=0, high=1),
                "adaptive_decay": _llama("--adaptive-decay", 0.9, low=0, high=0.99),
            },
            {},  # --ignore-eos forbids the end, where `ignore_eos` reads over it
            Fact("greedy", LLAMA_SAMPLER),
            Fact((0, -1), LLAMA_SAMPLER),
            Fact("both", LLAMA_PROMPT),
            Fact("both", LLAMA_PROMPT),
            Fact(64, LLAMA_ARG),
            {
                "--dry-sequence-breaker": _llama_off("none", needs="--dry-multiplier"),  # strings; on by default
                "--mirostat": _llama_off(0),
                "--ignore-eos": _llama_off(False, switch=True),
                "--grammar": _llama_off(""),
                "--grammar-file": _llama_off(None),
                "--json-schema": _llama_off(None, aliases=("-j",)),
                "--json-schema-file": _llama_off(None, aliases=("-jf",)),
            },
            _words("--seed -s --backend-sampling -bs", LLAMA_ARG),
            {
                "penalties": ("penalties", "e"),
                "dry": ("dry", "d"),
                "top_n_sigma": ("top_n_sigma", "s"),
                "top_k": ("top_k", "k"),
                "typical_p": ("typ_p", "y", "typ"),
                "top_p": ("top_p", "p", "nucleus"),
                "min_p": ("min_p", "m"),
                "xtc": ("xtc", "x"),
                "temperature": ("temperature", "t", "temp"),
                "adaptive_p": ("adaptive_p", "a"),
                "infill": ("infill", "i"),
            },
        ),
        Engine(
            "openai",
            "json",
            Fact(("logit_bias", "penalties", "temperature", "top_p", "greedy"), OPENAI, assumed=True),
            {
                "temperature": _openai("temperature", 1.0, low=0, high=2),
                "top_p": _openai("top_p", 1.0, low=0, high=1),
                "frequency_penalty": _openai("frequency_penalty", 0.0, low=-2, high=2),
                "presence_penalty": _openai("presence_penalty", 0.0, low=-2, high=2),
                "logit_bias": _openai("logit_bias", None, low=-100, high=100, whole=True),
            },
            {},
            Fact("greedy", OPENAI, assumed=True),
            Fact((), OPENAI),
            Fact(None, OPENAI),
            Fact("output", OPENAI_DETAILS),
            Fact(0, OPENAI, assumed=True),
            {"response_format": Setting((None, {"type": "text"}), OPENAI)},
            _words(
                "messages model prompt audio function_call functions logprobs top_logprobs "
                "max_completion_tokens max_tokens metadata modalities moderation n parallel_tool_calls "
                "prediction prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort "
                "safety_identifier seed service_tier stop store stream stream_options tool_choice tools user "
                "verbosity web_search_options",
                OPENAI,
            ),
        ),
    )
}
ORDERS = {name: engine.stages for name, engine in ENGINES.items()}


def table() -> str:
    """The engines side by side as a Markdown table, every cell with its source."""
    rows = {
        "order": lambda e: Fact(" → ".join(e.order.value), e.order.source, e.order.assumed),
        "τ = 0": lambda e: e.zero_temperature,
        "top-k off": lambda e: Fact(", ".join(map(str, e.top_k_off.value)) or "no top-k", e.top_k_off.source),
        "repetition penalty counts": lambda e: Fact(e.repetition_scope.value or "none", e.repetition_scope.source),
        "frequency and presence count": lambda e: Fact(e.frequency_scope.value or "none", e.frequency_scope.source),
        "of these the last": lambda e: Fact(e.window.value or "all", e.window.source, e.window.assumed),
    }
    fields = dict.fromkeys(name for engine in ENGINES.values() for name in (*engine.parameters, *engine.ending))
    lines = [f"| | {' | '.join(ENGINES)} |", f"|---|{'---|' * len(ENGINES)}"]
    for title, fact in rows.items():
        lines.append(f"| {title} | {' | '.join(_cell(fact(e).value, fact(e)) for e in ENGINES.values())} |")
    for name in fields:
        cells = (e.parameters.get(name) or e.ending.get(name) for e in ENGINES.values())
        told = (_cell(f"`{cell.name}` = {cell.default}", cell) if cell else "—" for cell in cells)
        lines.append(f"| {name} | {' | '.join(told)} |")
    others = (", ".join(f"`{name}`" for name in e.others) for e in ENGINES.values())
    sources = (next(iter(e.others.values())).source for e in ENGINES.values())
    lines.append(f"| not expressed | {' | '.join(f'{a} ({b})' for a, b in zip(others, sources, strict=True))} |")
    return "\n".join(lines)


def _cell(value: object, fact: Fact | Parameter) -> str:
    return f"{value} ({fact.source}{', assumed' if fact.assumed else ''})"
