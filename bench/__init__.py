"""Speed beside a reference, as ratios: ``python -m bench`` (or ``make bench``).

Each measurement does the same work twice, our way and the plainest way there is, in turns, five times each; medians are
printed. Everything runs in a throw-away installation on this machine, with the database's durability switched on.
"""
