"""Training: every step is a function of the state before it and of its own number, so a run can stop anywhere.

Step s reads rows s·R … s·R + R − 1 of the corpus (`Batches`), draws its dropout from a generator seeded with (seed, s),
and takes its learning rate from s. A checkpoint is therefore the network, the optimizers and s. A process killed at any
moment continues from the last checkpoint with the losses it would have had: bit for bit on a CPU of the same kind with the
same number of threads; GPU kernels may add in another order. Where bfloat16 is fast, products are computed in it; weights,
losses and what the optimizers remember stay float32.
"""

from contextlib import nullcontext
from math import inf, log
from time import perf_counter

import numpy as np
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

from ..models.feedforward import FeedForwardConfig
from ..models.gpt import GPTConfig
from ..models.storage import build
from ..validation import ParameterError
from .checkpoint import load_checkpoint, save_checkpoint
from .corpus import Batches, CorpusError
from .optim import bfloat16_is_fast, lr_factor, optimizers
from .presets import Recipe
from .run import Run

END = 0  # the id of end-of-text


def token_bytes(tokenizer: Tokenizer) -> np.ndarray:
    """(V,): how many bytes of text each token stands for; end-of-text stands for none.

    A byte-level tokenizer spells each byte as one character.
    """
    sizes = [len(tokenizer.id_to_token(i)) for i in range(tokenizer.get_vocab_size())]
    sizes[END] = 0
    return np.asarray(sizes)


def loss_of(network, rows: Tensor) -> Tensor:
    """Mean cross-entropy in nats of rows (B, T + 1): each id but the first, given those before it."""
    logits = network(rows[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1).float(), rows[:, 1:].flatten())


class Validation:
    """Bits per byte of rows spread evenly over the validation works, read without overlap; end-of-text is not scored."""

    def __init__(self, ids: np.ndarray, length: int, tokens: int, sizes: np.ndarray):
        starts = np.arange(0, len(ids) - length, length)
        if not len(starts):
            raise CorpusError(
                f"{len(ids)} validation tokens are too few for rows of {length}; give more text or shorter rows"
            )
        many = max(1, min(len(starts), tokens // length))
        starts = starts[np.linspace(0, len(starts) - 1, many).astype(int)]
        self.rows = np.stack([ids[start : start + length + 1] for start in starts])
        self.bytes = int(sizes[self.rows[:, 1:]].sum())

    @torch.no_grad()
    def bits_per_byte(self, network, device: torch.device, autocast=nullcontext) -> float:
        network.eval()
        nats = 0.0
        for rows in torch.from_numpy(self.rows).to(device, torch.long).split(16):
            with autocast():
                logits = network(rows[:, :-1])
            targets = rows[:, 1:].flatten()
            nats += F.cross_entropy(logits.flatten(0, 1).float(), targets, ignore_index=END, reduction="sum").double()
        network.train()
        return float(nats) / log(2) / self.bytes


def train(
    config: GPTConfig | FeedForwardConfig,
    recipe: Recipe,
    tokenizer: Tokenizer,
    train_ids: np.ndarray,
    validation_ids: np.ndarray,
    run: Run,
    compiled: bool = False,
    progress: bool = True,
) -> None:
    """Train, or continue, until the last step or until `patience` validations in a row bring nothing better.

    Under `accelerate launch` each process reads its share of every batch.

    Raises:
        RunError: the folder holds another run.
        CorpusError: too little text for one row.
        ParameterError: rows longer than the network's context.
    """
    if isinstance(config, GPTConfig) and recipe.row_tokens > config.context_length:
        raise ParameterError("row_tokens", recipe.row_tokens, f"at most the context, {config.context_length}")
    accelerator = Accelerator(mixed_precision="bf16" if bfloat16_is_fast() else "no")
    if accelerator.is_main_process:
        run.start(config, recipe, tokenizer, train_ids)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(recipe.seed)
    bare = build(config).to(accelerator.device)
    optims = optimizers(bare, recipe.muon_lr, recipe.adam_lr, recipe.weight_decay)
    peaks = [[group["lr"] for group in optimizer.param_groups] for optimizer in optims]
    network = accelerator.prepare(torch.compile(bare) if compiled else bare)
    batches = Batches(train_ids, recipe.row_tokens, recipe.seed)
    rows_per_step = recipe.batch_tokens // recipe.row_tokens
    validation = Validation(validation_ids, recipe.row_tokens, recipe.eval_tokens, token_bytes(tokenizer))

    at = {"step": 0, "seconds": 0.0, "best": inf, "best_step": 0, "worse": 0}
    if run.checkpoint.exists():
        at = load_checkpoint(run.checkpoint, bare, optims)
    if accelerator.is_main_process:
        run.forget_after(at["step"])
    started = perf_counter() - at["seconds"]
    pending: list[tuple[int, Tensor]] = []

    def write_pending(step: int) -> None:
        """Losses stay on the device until they are written, so that it never waits for us."""
        at["seconds"] = perf_counter() - started
        means = accelerator.reduce(torch.stack([loss for _, loss in pending]), "mean").tolist() if pending else []
        if accelerator.is_main_process:
            run.append([line(number, loss) for (number, _), loss in zip(pending, means, strict=True)])
        pending.clear()
        if means:
            bar.set_postfix_str(f"loss {means[-1]:.3f}, {speed():,.0f} tokens/s, best {at['best']:.4f} bits/byte")

    def line(number: int, loss: float) -> dict:
        tokens = (number + 1) * rows_per_step * recipe.row_tokens
        epoch = (number + 1) * rows_per_step / batches.rows_per_epoch
        return {"step": number, "loss": loss, "lr": factor(number), "epoch": round(epoch, 3), "tokens": tokens,
                "seconds": round(at["seconds"], 2)}  # fmt: skip

    def factor(number: int) -> float:
        return lr_factor(number, recipe.steps, recipe.warmup, recipe.schedule, recipe.decay)

    def speed() -> float:
        return (at["step"] - first) * rows_per_step * recipe.row_tokens / max(1e-9, perf_counter() - began)

    def stopped() -> bool:
        return at["step"] >= recipe.steps or (recipe.patience and at["worse"] >= recipe.patience)

    bar = tqdm(
        total=recipe.steps, initial=at["step"], unit="step", disable=not (progress and accelerator.is_main_process)
    )
    began, first = perf_counter(), at["step"]
    network.train()
    while not stopped():
        step = at["step"]
        numbers = range(step * rows_per_step, (step + 1) * rows_per_step)[
            accelerator.process_index :: accelerator.num_processes
        ]
        rows = torch.from_numpy(batches.batch(numbers)).to(accelerator.device, torch.long)
        torch.manual_seed(
            int(np.random.SeedSequence((recipe.seed, step, accelerator.process_index)).generate_state(1)[0])
        )
        for optimizer, lrs in zip(optims, peaks, strict=True):
            for group, lr in zip(optimizer.param_groups, lrs, strict=True):
                group["lr"] = lr * factor(step)
        with accelerator.autocast():
            loss = loss_of(network, rows)
        accelerator.backward(loss)
        torch.nn.utils.clip_grad_norm_(bare.parameters(), recipe.clip)
        for optimizer in optims:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        pending.append((step, loss.detach()))
        at["step"] = step = step + 1
        bar.update()

        if step % 10 == 0:
            write_pending(step)
        if step % recipe.eval_every == 0 or step == recipe.steps:
            write_pending(step)
            bits = validation.bits_per_byte(bare, accelerator.device, accelerator.autocast)
            at["worse"] = 0 if bits < at["best"] else at["worse"] + 1
            if bits < at["best"]:
                at["best"], at["best_step"] = bits, step
            if accelerator.is_main_process:
                run.append(
                    [{"step": step, "validation_bits_per_byte": bits, "seconds": round(perf_counter() - started, 2)}]
                )
                if at["best_step"] == step:
                    save_checkpoint(run.best, bare, [], {"step": step, "validation_bits_per_byte": bits})
        if step % recipe.save_every == 0 or stopped():
            write_pending(step)
            if accelerator.is_main_process:
                save_checkpoint(run.checkpoint, bare, optims, at)
                run.summarise(
                    step=step, steps=recipe.steps, finished=bool(stopped()), best_step=at["best_step"],
                    validation_bits_per_byte=at["best"] if at["best_step"] else None, seconds=round(at["seconds"], 1), tokens_per_second=round(speed()),
                    parameters=sum(p.numel() for p in bare.parameters()), device=str(accelerator.device),
                    processes=accelerator.num_processes, threads=torch.get_num_threads(), precision=accelerator.mixed_precision, torch=torch.__version__,
                )  # fmt: skip
    bar.close()
    accelerator.end_training()
