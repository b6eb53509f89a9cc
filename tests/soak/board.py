# SPDX-License-Identifier: GPL-2.0
"""A board: its control node, its faults, and its place on the bus."""

import glob
import os
import subprocess

DRIVER = '/sys/bus/pci/drivers/cobra'
DEVICES = '/sys/bus/pci/devices'


class Failure(Exception):
    """Something that must not happen."""


def write(path, text):
    """One write, as echo does it."""
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)


class Board:
    """Known by its address, for it may come back with another number."""

    def __init__(self, address):
        self.address = address

    def nodes(self):
        """The directory of its nodes, or None while it is away."""
        found = glob.glob(f'{DEVICES}/{self.address}/cobra/cobra*')
        return f'/dev/{os.path.basename(found[0])}' if found else None

    def is_there(self):
        """Its control node comes last."""
        return os.path.exists(f'{self.nodes()}/control')

    def tell(self, line):
        """A command or a setting."""
        try:
            write(f'{self.nodes()}/control', line)
        except OSError as error:
            raise Failure(f"'{line}': {error.strerror}") from error

    def settings(self):
        """All of them, numbers as numbers."""
        with open(f'{self.nodes()}/control', encoding='ascii') as file:
            pairs = [line.rstrip('\n').split(' ', 1) for line in file]
        return {key: int(value) if value.isdigit() else value
                for key, value in pairs}

    def fault(self, name):
        """One of emulator/mailbox.h."""
        subprocess.run(['fault', self.address, name], check=True)

    def unbind(self):
        write(f'{DRIVER}/unbind', self.address)

    def bind(self):
        write(f'{DRIVER}/bind', self.address)

    def remove(self):
        write(f'{DEVICES}/{self.address}/remove', '1')

    @staticmethod
    def rescan():
        write('/sys/bus/pci/rescan', '1')
