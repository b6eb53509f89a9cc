#!/usr/bin/perl
# Copies standard input to standard output as it comes, until the end mark.
#
# A guest's port has no end of file, and what QEMU has not yet written is lost
# when it exits. So the guest ends each stream with a random mark, and the
# machine is switched off only after the mark has come through here.
#
# Exit status: 0 the mark was seen, 1 the input ended without it.

use strict;
use warnings;

my ($mark) = @ARGV;
my $held = '';

sub put {
	my ($bytes) = @_;
	while (length $bytes) {
		my $written = syswrite STDOUT, $bytes;
		die "relay: cannot write: $!\n" unless defined $written;
		substr $bytes, 0, $written, '';
	}
}

# How many of the last bytes held could be the beginning of the mark.
sub possible_mark {
	my $longest = length $held;
	$longest = length($mark) - 1 if $longest >= length $mark;
	for (my $n = $longest; $n > 0; $n--) {
		return $n if substr($held, -$n) eq substr($mark, 0, $n);
	}
	return 0;
}

while (sysread STDIN, my $chunk, 65536) {
	$held .= $chunk;
	my $end = index $held, $mark;
	if ($end >= 0) {
		put(substr $held, 0, $end);
		exit 0;
	}
	put(substr $held, 0, length($held) - possible_mark(), '');
}
put($held);
exit 1;
