# SPDX-License-Identifier: GPL-2.0
"""
Who keeps one board busy.  A keeper pays the board visit after visit: rolls
settings, has one or more readers read a run or more, disturbs them, and sees to
it that the books balance.  All it does is rolled with its own dice.
"""

import random
import signal
import subprocess
import threading
import time

from board import Board, Failure
from reader import Reader, WAYS

BOUND = 60              # seconds for anything to happen
LOOK = 0.02             # between two looks
ON_BOARD = 512 << 10    # bytes that a board holds before it loses any


class Stopped(Exception):
    """Another keeper has failed."""


class Keeper(threading.Thread):
    """A board, the dice, and the visit that is going on."""

    def __init__(self, address, seed, deadline, books):
        super().__init__()
        self.board = Board(address)
        self.dice = random.Random(f'{seed} {address}')
        self.deadline = deadline
        self.books = books
        self.story = []         # of this visit, for who has to find out
        self.readers = []

    def run(self):
        while time.monotonic() < self.deadline and not self.books.stop.is_set():
            try:
                self.visit()
            except Stopped:
                pass
            except (Failure, OSError, subprocess.CalledProcessError) as error:
                self.books.fail(f'board {self.board.address}: {error}\n'
                                f'What went before: {"; ".join(self.story)}')
            finally:
                for reader in self.readers:
                    reader.end()

    def visit(self):
        self.story, self.readers = [], []
        self.roll_settings()
        self.dice.choice([self.serve] * 3 + [self.leave, self.relay])()

    def tell(self, *lines):
        for line in lines:
            self.story.append(line)
            self.board.tell(line)

    # --- settings ------------------------------------------------------------

    def roll_settings(self):
        dice = self.dice
        self.ring = dice.choice([64, 256, 1024, 4096]) << 10
        self.trigger = dice.choice(['open', 'manual'])
        gaps = dice.choice(['error'] * 4 + ['skip'])
        self.jumps = gaps == 'skip' or dice.random() < 0.4
        self.tell(f'set ring {self.ring}', f'set trigger {self.trigger}',
                  f'set gaps {gaps}')
        self.roll_rate()
        self.roll_waiting()

    def roll_rate(self):
        self.rate = self.dice.choice([0, 1, 5, 10, 20, 40]) << 20
        self.tell(f'set rate {self.rate or "max"}',
                  f'set pulse_usecs {self.dice.choice([0, 0, 500, 20000])}')

    def roll_waiting(self):
        least = self.dice.choice([1, 1, 4096, self.ring // 2])
        self.tell(f'set read_min {least}',
                  f'set wake_usecs {self.dice.choice([0, 0, 1000, 20000])}')

    # --- readers, and waiting for them ---------------------------------------

    def roll_block(self):
        """Small reads are slow, and a large ring takes many of them to empty."""
        return 1 << self.dice.randint(6 if self.ring <= 256 << 10 else 12, 20)

    def start_reader(self, *options, block=None):
        block = block or self.roll_block()
        options = ['-b', block, *options]
        if self.dice.random() < 0.5:
            options += ['-s', self.dice.getrandbits(32)]
        if block >= 4096 and self.dice.random() < 0.2:
            options += ['-u', self.dice.randint(1, 1000)]
        if self.jumps:
            options += ['-j']
        reader = Reader(options, self.dice.choice(WAYS),
                        f'{self.board.nodes()}/data')
        self.story.append(reader.command)
        self.readers.append(reader)
        return reader

    def wait(self, what, condition):
        """Until it holds, at most so long, and while no reader fails."""
        deadline = time.monotonic() + BOUND
        while not condition():
            for reader in self.readers:
                if reader.has_failed():
                    raise Failure(f'{reader.command}: status {reader.status()}, '
                                  f'{reader.lines()[-3:]}')
            if self.books.stop.is_set():
                raise Stopped
            if time.monotonic() > deadline:
                raise Failure(f'not in {BOUND} s: {what}')
            time.sleep(LOOK)

    def wait_for_bytes(self, reader, run):
        self.wait(f'the first bytes of run {run}',
                  lambda: reader.streaming() >= run)

    def wait_for_report(self, reader, run, end):
        self.wait(f'the end of run {run}',
                  lambda: len(reader.reports()) >= run)
        report = reader.reports()[run - 1]
        if report['end'] != end:
            raise Failure(f'wanted end={end}, the reader says {report}')
        return report

    def wait_for_exit(self, reader):
        self.wait('the end of the reader', reader.has_ended)
        self.wait('a reader that ends well', lambda: not reader.has_failed())

    def wait_for_more(self, key, least):
        """Until a setting that is a counter has grown so much."""
        before = self.board.settings()[key]
        self.wait(f'{least} more {key}',
                  lambda: self.board.settings()[key] >= before + least)

    # --- the kinds of visits -------------------------------------------------

    def serve(self):
        """One reader for some runs; the board may leave in the last one."""
        runs = self.dice.randint(1, 4)
        reader = self.start_reader('-r', runs)
        for run in range(1, runs + 1):
            if run > 1 or self.trigger == 'manual':
                self.tell('start')
            self.wait_for_bytes(reader, run)
            self.disturb(reader)
            endings = [self.stop, self.stop, self.reset]
            if self.jumps:
                endings.append(self.drop)
            if run == runs:
                endings += [self.depart] * 2
            self.dice.choice(endings)(reader, run)
        self.wait_for_exit(reader)

    def leave(self):
        """The reader who started the run closes in the middle of it."""
        self.tell('set trigger open')
        reader = self.start_reader('-n', self.dice.randint(1, 1 << 20) * 8,
                                   block=64 << 10)
        report = self.wait_for_report(reader, 1, 'enough')
        self.wait_for_exit(reader)
        self.books.balance(self.board.settings(), [report], exact=False)

    def relay(self):
        """Readers after each other in one run, each where the last has left."""
        self.jumps = False
        self.tell('set trigger manual', 'set gaps error', 'start')
        reports = []
        for _ in range(self.dice.randint(1, 4)):
            reader = self.start_reader('-f', sums(reports), '-n',
                                       self.dice.randint(1, 1 << 20),
                                       block=64 << 10)
            reports.append(self.wait_for_report(reader, 1, 'enough'))
            self.wait_for_exit(reader)
        last = self.start_reader('-f', sums(reports))
        self.wait_for_bytes(last, 1)
        self.tell('stop')
        reports.append(self.wait_for_report(last, 1, 'eof'))
        self.wait_for_exit(last)
        self.books.balance(self.board.settings(), reports, exact=True)

    # --- what happens in the middle of a run ---------------------------------

    def disturb(self, reader):
        deeds = [self.flow, self.stall, self.retune]
        if self.jumps:
            deeds.append(self.discard)
        for deed in self.dice.choices(deeds, k=self.dice.randint(0, 4)):
            deed(reader)

    def flow(self, _):
        self.wait_for_more('produced', self.rate // 8 or 1 << 20)

    def stall(self, reader):
        """Stop the reader until bytes are lost, or many of them wait."""
        self.story.append('the reader is stopped')
        reader.signal(signal.SIGSTOP)
        try:
            if self.rate and self.ring + ON_BOARD < self.rate // 2:
                self.wait_for_more('lost', 1)
            else:
                self.wait('half a ring that waits', lambda:
                          self.board.settings()['fill'] >= self.ring // 2)
        finally:
            reader.signal(signal.SIGCONT)
        self.story.append('the reader goes on')

    def retune(self, _):
        self.roll_rate()
        self.roll_waiting()

    def discard(self, _):
        self.tell('discard')

    # --- how a run ends ------------------------------------------------------

    def stop(self, reader, run):
        self.tell('stop')
        report = self.wait_for_report(reader, run, 'eof')
        self.books.balance(self.board.settings(), [report],
                           exact=not self.jumps)

    def drop(self, reader, run):
        self.tell('stop', 'discard')
        report = self.wait_for_report(reader, run, 'eof')
        self.books.balance(self.board.settings(), [report], exact=False)

    def reset(self, reader, run):
        before = self.board.settings()
        self.tell('reset')
        report = self.wait_for_report(reader, run, 'reset')
        self.books.cut_short(before, before['tail'], report)

    def depart(self, reader, run):
        """What had arrived is given, up to a loss that was not told before."""
        before = self.board.settings()
        how = self.dice.choice([self.by_unbind, self.by_remove, self.by_surprise])
        self.story.append(how.__name__)
        report = how(lambda: self.wait_for_report(reader, run, 'gone'))
        self.wait('the board to be back', self.board.is_there)
        self.books.add(unplugs=1)
        given = before['tail'] if before['lost'] else before['head']
        self.books.cut_short(before, given, report)

    # --- how a board leaves and comes back -----------------------------------

    def by_unbind(self, told):
        self.board.unbind()
        report = told()
        self.board.bind()
        return report

    def by_remove(self, told):
        self.board.remove()
        report = told()
        self.board.rescan()
        return report

    def by_surprise(self, told):
        self.board.fault('ones')
        report = told()
        self.board.fault('none')
        self.dice.choice([self.by_unbind, self.by_remove])(lambda: None)
        return report


def sums(reports):
    """READ,LOST,GAPS: where the next reader goes on."""
    return ','.join(str(sum(report[key] for report in reports))
                    for key in ('bytes', 'lost', 'gaps'))
