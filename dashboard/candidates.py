"""The candidates of one token, and the class's votes on them, as panels of the page's script (dashboard/tokens.js)."""

from collections.abc import Iterator, Sequence

from core import Alternative, Step, total_variation
from dashboard.generation import shown
from dashboard.language import number, probability, say, short

ROUNDING = 1e-6  # of probabilities in float32 that add up to 1


def candidates(step: Step) -> list[Alternative]:
    """What could have come: the top tokens before and after the chain, and the token itself; by falling probability."""
    chosen = Alternative(step.token_id, step.token, step.prob_before or 0.0, step.prob_after)
    found = {(one.token_id, one.text): one for one in (*step.top_before, *step.top_after, chosen)}
    return sorted(found.values(), key=lambda one: -one.prob_before)


def is_chosen(alternative: Alternative, step: Step) -> bool:
    return (alternative.token_id, alternative.text) == (step.token_id, step.token)


def details(step: Step) -> dict:
    """One token's candidates as a panel of the page's script: a title, a sentence, a table with bars."""
    listed = candidates(step)
    told = any(one.prob_after is not None for one in listed)
    rows = [
        _row(
            shown(one.text, one.token_id), [one.prob_before, *([one.prob_after] if told else [])], is_chosen(one, step)
        )
        for one in listed
    ]
    rest = [1 - sum(row["shares"][i] for row in rows) for i in range(1 + told)]
    if rest[0] > ROUNDING:
        rows.append(_others(rest))
    return {
        "title": say("generation.details", n=step.index + 1, token=shown(step.token, step.token_id)),
        "said": " ".join(_said(step)),
        "head": [say("column.token"), say("generation.before"), *([say("generation.after")] if told else [])],
        "rows": rows,
    }


def _row(text: str, shares: list[float], mark: bool | None) -> dict:
    """A row of a panel; `mark` None: of no one token, nothing to choose."""
    return {"text": text, "shares": shares, "shown": [say("state.cut") if mark is not None and i and not p else probability(p)
                                                     for i, p in enumerate(shares)], "mark": mark}  # fmt: skip


def _others(shares: list[float]) -> dict:
    return _row(say("generation.others"), [share if share > ROUNDING else 0.0 for share in shares], None)


def _said(step: Step) -> Iterator[str]:
    if step.prob_before is not None:
        rank = step.rank if step.rank is None else number(step.rank)
        yield say(
            "generation.said.rank" if rank else "generation.said.before", rank=rank, p=probability(step.prob_before)
        )
    if step.prob_after is not None:
        yield say("generation.said.after", count=number(step.kept), p=probability(step.prob_after))
    if step.entropy_before is not None:
        yield say("generation.said.entropy", h=short(step.entropy_before, 2), g=short(step.entropy_after, 2))
    if step.forced:
        yield say("generation.said.forced")


def ballot(step: Step, count: int) -> list[Alternative]:
    """The model's favourites in alphabetical order, so that their places tell nothing."""
    return sorted(step.top_before[:count], key=lambda one: (one.text.strip().casefold(), one.text))


def count_votes(step: Step, options: Sequence[Alternative], votes: Sequence[int]) -> dict:
    """Votes beside the model's probabilities, as a panel: shares of the class, before and after the chain."""
    total, most = sum(votes), max(votes)
    columns = [[count / total if total else 0.0 for count in votes], [one.prob_before for one in options],
               [one.prob_after or 0.0 for one in options]]  # fmt: skip
    others = [0.0, *(1 - sum(column) for column in columns[1:])]
    rows = [
        {"text": shown(one.text, one.token_id), "shares": list(shares), "mark": bool(votes[i]) and votes[i] == most,
         "shown": [say("generation.votes", count=number(votes[i]), share=probability(shares[0])),
                   *(say("state.cut") if not p else probability(p) for p in shares[1:])]}
        for i, (one, shares) in enumerate(zip(options, zip(*columns, strict=True), strict=True))
    ]  # fmt: skip
    rows.append(_others(others))
    said = say("generation.vote.drawn", token=shown(step.token, step.token_id))
    if total:
        distance = total_variation([*columns[0], others[0]], [*columns[1], others[1]]).item()
        said = f"{say('generation.vote.distance', tv=probability(distance))} {said}"
    head = [say("column.token"), say("generation.vote.class"), say("generation.before"), say("generation.after")]
    return {"title": say("generation.vote.result"), "said": said, "head": head, "rows": rows}
