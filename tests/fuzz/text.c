// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar of control nodes, as docs/control.md has it: a dictionary of
 * commands, one of settings, and numbers in all forms.  Half of what is composed
 * of it is right; the rest is damaged afterwards, or never was anything.
 */
#include "user.h"
#include "text.h"

/* A word that a template can ask for */
enum part {
	NOTHING, KEY_AND_VALUE, KEY, OFFSET, REGISTER, NUMBER,
};

static const struct command {
	const char *name;
	unsigned int weight;
	enum part parts[2];
} commands[] = {
	{ "start", 8, { NOTHING } },
	{ "stop", 4, { NOTHING } },
	{ "discard", 3, { NOTHING } },
	{ "reset", 6, { NOTHING } },
	{ "set", 16, { KEY_AND_VALUE } },
	{ "get", 3, { NOTHING } },
	{ "get", 3, { KEY } },
	{ "peek", 2, { OFFSET } },
	{ "peek", 2, { OFFSET, NUMBER } },
	{ "poke", 1, { REGISTER, NUMBER } },
	{ "# no command", 1, { NOTHING } },
	{ "", 1, { NOTHING } },
	{ "halt", 1, { NUMBER } },
	{ "start", 1, { NUMBER, KEY_AND_VALUE } },
};

/* Settings that can be written come with good, extreme and bad values. */
static const struct key {
	const char *name;
	const char *values[12];
} written[] = {
	{ "trigger", { "open", "manual", "open", "manual", "Open", "0", "" } },
	{ "ring", { "4K", "64K", "256K", "1M", "4M", "4096", "12K", "0", "4095",
		    "0xfffffffffffff000", "64G", "128M" } },
	{ "read_min", { "1", "2", "4096", "64K", "8M", "0", "0xffffffffffffffff" } },
	{ "wake_usecs", { "0", "1", "100", "20000", "10000000", "10000001" } },
	{ "gaps", { "error", "skip", "errors" } },
	{ "rate", { "max", "max", "8", "1M", "100M", "1024G", "7", "1025G", "min" } },
	{ "pattern", { "counter", "prbs31", "file", "3" } },
	{ "pulse_usecs", { "0", "1", "1000", "10000000", "10000001" } },
	{ "seed", { "0", "1", "0xffffffffffffffff", "0x10000000000000000" } },
};

static const char *const told[] = {
	"type", "serial", "model", "firmware", "state", "segment", "run", "head",
	"tail", "fill", "produced", "lost", "discarded", "gap_count",
	"gap_position", "gap_bytes", "sleeps", "interrupts", "spurious",
	"timeouts", "rescues", "register_reads", "register_writes", "colour",
};

static void add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What does not fit is cut. */
static void add(struct text *text, const char *format, ...)
{
	size_t room = LONGEST_TEXT - text->size;
	va_list arguments;
	size_t size;

	va_start(arguments, format);
	size = vsnprintf(text->bytes + text->size, room, format, arguments);
	va_end(arguments);
	text->size += size < room ? size : room - 1;
}

/* Where something changes is where mistakes are: about powers of two, and ends. */
static uint64_t edge(struct user *user)
{
	uint64_t number = 1ull << below(user, 64);

	return number - 1 + below(user, 3);
}

static void add_number(struct user *user, struct text *text)
{
	static const char *const odd[] = {
		"-1", "+1", "0x", "x", "1e3", "1KK", "K", "1T", "007", "0b1", "1.5",
		"18446744073709551615", "18446744073709551616", "16777216T",
		"0xffffffffffffffffG", "99999999999999999999999999999999",
	};
	uint64_t number = one_in(user, 2) ? edge(user) : any_number(user);

	switch (below(user, 5)) {
	case 0:
		add(text, "%s", PICK(user, odd));
		break;
	case 1:
		add(text, "0x%lx", number);
		break;
	case 2:
		add(text, "%lu%c", number >> 30, "KMGkmg"[below(user, 6)]);
		break;
	default:
		add(text, "%lu", number);
	}
}

/*
 * Registers that are the driver's to write.  What the board tells of itself would
 * stay overwritten, and no reset brings that back.
 */
static unsigned int any_register(struct user *user)
{
	static const struct { unsigned int first, end; } ranges[] = {
		{ 0x200, 0x240 }, { 0x240, 0x268 }, { 0x280, 0x320 }, { 0x400, 0x418 },
	};
	unsigned int n = below(user, LENGTH(ranges));

	return ranges[n].first + below(user, (ranges[n].end - ranges[n].first) / 4) * 4;
}

static const char *value_of(struct user *user, const struct key *key)
{
	unsigned int count;

	for (count = 0; count < LENGTH(key->values) && key->values[count];)
		count++;
	return key->values[below(user, count)];
}

static void add_setting(struct user *user, struct text *text)
{
	const struct key *key = &PICK(user, written);

	if (one_in(user, 10)) {
		add(text, " %s ", PICK(user, told));
		add_number(user, text);
	} else if (one_in(user, 8)) {
		add(text, " %s ", key->name);
		add_number(user, text);
	} else {
		add(text, " %s %s", key->name, value_of(user, key));
	}
}

static void add_part(struct user *user, struct text *text, enum part part)
{
	switch (part) {
	case NOTHING:
		break;
	case KEY_AND_VALUE:
		add_setting(user, text);
		break;
	case KEY:
		add(text, " %s", one_in(user, 2) ? PICK(user, written).name :
						   PICK(user, told));
		break;
	case OFFSET:
		add(text, " 0x%lx", one_in(user, 4) ? any_number(user) :
						      below(user, 0x4000) * 4);
		break;
	case REGISTER:
		add(text, " 0x%x", any_register(user));
		break;
	case NUMBER:
		add(text, " ");
		add_number(user, text);
		break;
	}
}

static const struct command *any_command(struct user *user)
{
	unsigned int i, all = 0, at;

	for (i = 0; i < LENGTH(commands); i++)
		all += commands[i].weight;
	at = below(user, all);
	for (i = 0; at >= commands[i].weight; i++)
		at -= commands[i].weight;
	return &commands[i];
}

static void add_line(struct user *user, struct text *text)
{
	const struct command *command = any_command(user);

	add(text, "%s", command->name);
	add_part(user, text, command->parts[0]);
	add_part(user, text, command->parts[1]);
	add(text, "\n");
}

static void add_garbage(struct user *user, struct text *text)
{
	size_t size = 1 + below(user, one_in(user, 2) ? 300 : LONGEST_TEXT);

	while (size-- && text->size < LONGEST_TEXT)
		text->bytes[text->size++] = dice_roll(&user->dice);
}

/* One byte becomes another; the ones with a meaning are the most interesting. */
static void damage(struct user *user, struct text *text)
{
	static const char bytes[] = "\0\n\r\t #0xK-\x7f\x80\xff%";
	unsigned int n;

	for (n = 1 + below(user, 3); n && text->size; n--)
		text->bytes[below(user, text->size)] =
			bytes[below(user, sizeof(bytes) - 1)];
	if (text->size && one_in(user, 4))
		text->size = below(user, text->size);
}

/* Words far apart, and a line that is too long by that or just not. */
static void add_long_line(struct user *user, struct text *text)
{
	add(text, "%*s", (int)(240 + below(user, 20)), "get");
	add(text, "\n");
}

void text_compose(struct user *user, struct text *text)
{
	unsigned int lines;

	text->size = 0;
	switch (below(user, 16)) {
	case 0:
		add_garbage(user, text);
		break;
	case 1:
		add_long_line(user, text);
		break;
	case 2:
		for (lines = 1 + below(user, 300); lines; lines--)
			add_line(user, text);
		break;
	case 3:
	case 4:
		add_line(user, text);
		text->size--;	/* its end counts as one, too */
		break;
	default:
		add_line(user, text);
	}
	if (one_in(user, 6))
		damage(user, text);
}
