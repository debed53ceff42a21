"""Record everything again."""

from dashboard.recorded import continuations, growing, real_texts, snapshots

for records in (snapshots, continuations, growing, real_texts):  # the others say with which weights the first was made
    records.make()
    print(records.__name__)
