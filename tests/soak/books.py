# SPDX-License-Identifier: GPL-2.0
"""
The books of all boards: sums of bytes and runs, and what went wrong.

A run that has come to its end has to balance:

    made = delivered + lost        delivered = read + discarded

and what was lost has to be what the reader was told, unless somebody discarded,
the reader closed before the end, or nobody wanted to be told (`gaps` skip).

A reset or a departure takes the board's counters away.  Of a run that is cut
short so, what was read is a right prefix with all gaps at their places, which
the reader sees to, and no less than had been delivered just before.
"""

import threading

from board import Failure

NAMES = {
    'runs': 'soak runs',
    'made': 'soak bytes made',
    'read': 'soak bytes read',
    'lost': 'soak bytes reported lost',
    'discarded': 'soak bytes discarded',
    'unaccounted': 'soak bytes unaccounted for',
    'cut': 'soak runs cut short',
    'prefix': 'soak bytes read in runs cut short',
    'unplugs': 'soak unplugs',
}


class Books:
    """Kept by all keepers together."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sums = dict.fromkeys(NAMES, 0)
        self.failures = []
        self.stop = threading.Event()

    def add(self, **numbers):
        with self.lock:
            for name, number in numbers.items():
                self.sums[name] += number

    def fail(self, text):
        """Everybody stops."""
        with self.lock:
            self.failures.append(text)
        self.stop.set()

    def balance(self, board, reports, exact):
        """
        A run that came to its end.  board: its settings after that; reports:
        of those who read it; exact: every loss was told to one of them.
        """
        made, gone = board['produced'], board['discarded']
        read, told, gaps, jumped = (sum(report[key] for report in reports)
                                    for key in ('bytes', 'lost', 'gaps', 'jumped'))
        lost = told if exact else board['lost']
        missing = made - read - gone - lost
        self.add(runs=1, made=made, read=read, lost=lost, discarded=gone,
                 unaccounted=abs(missing))

        wrong = []
        if missing:
            wrong.append(f'{missing} bytes unaccounted for: made {made}, read '
                         f'{read}, reported lost {lost}, discarded {gone}')
        if made != board['head'] + board['lost']:
            wrong.append('made is not delivered + lost')
        if board['head'] != read + gone:
            wrong.append('delivered is not read + discarded')
        if gaps > board['gap_count'] or (exact and gaps != board['gap_count']):
            wrong.append(f'{gaps} gaps were told')
        if told + jumped > board['lost'] + gone:
            wrong.append('more is missing than was lost and discarded')
        self.want_nothing(wrong, board, reports)

    def cut_short(self, board, delivered, report):
        """A run that was taken away, and what it had delivered before that."""
        missing = max(0, delivered - board['discarded'] - report['bytes'])
        self.add(cut=1, prefix=report['bytes'], unaccounted=missing)
        wrong = []
        if missing:
            wrong.append(f'{missing} bytes unaccounted for: delivered '
                         f'{delivered}, read {report["bytes"]}, discarded '
                         f'{board["discarded"]}')
        self.want_nothing(wrong, board, [report])

    @staticmethod
    def want_nothing(wrong, board, reports):
        if wrong:
            raise Failure(f'run {board["run"]}: {"; ".join(wrong)}. '
                          f'The board: {board}. The readers: {reports}')
