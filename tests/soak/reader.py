# SPDX-License-Identifier: GPL-2.0
"""A process that reads a stream and checks it: tests/tools/reader.c."""

import os
import subprocess
import tempfile

WAYS = subprocess.run(['reader', 'ways'], stdout=subprocess.PIPE, text=True,
                      check=True).stdout.split()


class Reader:
    """One reader, and what it has said so far."""

    def __init__(self, options, how, path):
        words = ['reader', *map(str, options), how, path]
        self.command = ' '.join(words)
        self.out = tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stdout=self.out,
                                        stderr=subprocess.STDOUT)

    def lines(self):
        """What it has printed; its own place in the file is left alone."""
        return os.pread(self.out.fileno(), 1 << 20, 0).decode().splitlines()

    def streaming(self):
        """The number of runs that it has got bytes of."""
        return self.lines().count('streaming')

    def reports(self):
        """For each run that has ended, what it says of it."""
        return [{key: int(value) if value.isdigit() else value
                 for key, value in (word.split('=') for word in line.split())}
                for line in self.lines() if ' end=' in line]

    def status(self):
        """None while it runs; negative: the signal that ended it."""
        return self.process.poll()

    def has_ended(self):
        return self.status() is not None

    def has_failed(self):
        return self.status() not in (None, 0)

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Whatever it does: it may be asleep, or stopped."""
        self.process.kill()
        self.process.wait()
        self.out.close()
