"""Record everything again."""

from dashboard.recorded import continuations, growing, real_texts, snapshots

for records in (snapshots, continuations, growing, real_texts):
    records.make()
    print(records.__name__)
