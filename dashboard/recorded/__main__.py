"""Record everything again."""

from dashboard.recorded import (
    continuations,
    english,
    growing,
    inside,
    living,
    neighbours,
    questions,
    readings,
    real_texts,
    rewards,
    rounding,
    routing,
    snapshots,
)

for records in (
    snapshots,
    continuations,
    english,
    growing,
    inside,
    living,
    real_texts,
    readings,
    rounding,
    routing,
    rewards,
    neighbours,
    questions,
):
    records.make()
    print(records.__name__)
