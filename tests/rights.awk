# SPDX-License-Identifier: GPL-2.0
#
# What tests/permissions.bats tries, from the lines of the table and from the files
# that there are, each with a way to open it:
#
#	awk -F '\t' -f tests/rights.awk TABLE FILES
#
# Prints the number of a line of the table, a tab, and an operation that the line is
# about. A file belongs to the first line that it fits. What fits no line, and a name
# that no file has, is printed with "no" where the operation would be.

function number(hexadecimal,	i, value)
{
	for (i = 3; i <= length(hexadecimal); i++)
		value = value * 16 + index("0123456789abcdef", substr(hexadecimal, i, 1)) - 1
	return value
}

FNR == NR {
	lines = NR
}

FNR == NR && sub(/^open /, "", $1) {
	pattern = $1
	gsub(/[.]/, "[.]", pattern)
	gsub(/[*]/, ".*", pattern)
	patterns[NR] = "^" pattern "$"
	names[NR] = $1
	next
}

# FIRST..LAST is each register from the one to the other.
FNR == NR && match($1, /0x[0-9a-f]+[.][.]0x[0-9a-f]+/) {
	split(substr($1, RSTART, RLENGTH), ends, /[.][.]/)
	for (at = number(ends[1]); at <= number(ends[2]); at += 4)
		print NR "\t" substr($1, 1, RSTART - 1) at substr($1, RSTART + RLENGTH)
	next
}

FNR == NR {
	print NR "\t" $1
	next
}

{
	for (line = 1; line <= lines; line++)
		if (line in patterns && $1 ~ patterns[line])
			break
	print (line > lines ? "0\tno line for " : line "\topen ") $1
	found[line] = 1
}

END {
	for (line in names)
		if (!(line in found) && names[line] !~ /[*]/)
			print line "\tno file for " names[line]
}
