"""What the embedded model said, recorded for the lessons in `lessons/data`: a page needs neither torch nor the model.

`python -m dashboard.recorded` records everything again from the shipped weights. One file per kind of record.
"""
