// SPDX-License-Identifier: GPL-2.0
/*
 * reader [OPTION]... HOW FILE
 * reader ways
 *
 * Read a counter stream as a careful program would, HOW being one of the ways
 * in ways.h: check every word, ask at ENOBUFS what was lost, and go on.  For
 * each run prints "streaming" when its first bytes have come, and at its end
 *
 *	bytes=N lost=N gaps=N jumped=N sleeps=N idle=N end=WHY
 *
 * lost is what it was told of, in so many gaps; jumped is what is missing
 * without a word; idle counts wake-ups for nothing.  WHY is eof, reset
 * (ECONNRESET), gone (ENODEV; then everything else one can do with the file has
 * to say so as well) or enough.  Anything else ends the program with status 1,
 * and a silence of 30 s or more with 124.
 *
 *	-b BYTES   read so much at once (default 1M), -s SEED: at most
 *	-n BYTES   enough after so many
 *	-w COUNT   enough when it would sleep once more after so many times
 *	-r RUNS    go on until so many runs have ended (default 1)
 *	-o         go on with another file when the board has gone and come back
 *	-u USECS   nap before each read
 *	-f READ,LOST,GAPS
 *	           go on where another has stopped, who had read and was told so
 *	           much of the run
 *	-j         bytes may be missing without a word, for somebody discards, or
 *	           `gaps` is skip.  A discard leaves whole words, so sizes are
 *	           multiples of 8 then
 */
#include "pattern.h"
#include "uapi/linux/cobra.h"
#include "ways.h"

#include <sys/ioctl.h>
#include <sys/time.h>

#define SILENCE_SECONDS 30
#define REOPEN_USECS 5000

static uint8_t buffer[1 << 20];
static volatile sig_atomic_t progress;

enum end { END_EOF, END_RESET, END_GONE, END_ENOUGH };

static const char * const end_names[] = { "eof", "reset", "gone", "enough" };

/**
 * struct reader - what is read how, and how far it has come
 * @way: how
 * @path: what
 * @fd: the same, open
 * @block: size of a read, or the largest if @random
 * @random: whether sizes are rolled with @dice
 * @nap: before each read, in us
 * @most: of a run, bytes and sleeps, that are enough
 * @runs: how many to read, with this one
 * @again: whether the file is opened again after the board has gone
 * @jumps: whether bytes may be missing without a word
 * @pattern: what was checked of this run
 * @from: position at which this reader began to read it
 * @number: of the loss of this run that was told last, to whomever
 * @told: losses of this run that this reader was told of, and their bytes
 * @gap: the loss that this file was told of last
 * @sleeps: how often it slept
 * @idle: how often there was nothing after that
 * @hung_up: whether a sleep has said that the board has gone
 */
struct reader {
	const struct way *way;
	const char *path;
	int fd;
	uint64_t block;
	bool random;
	struct dice dice;
	useconds_t nap;
	struct {
		uint64_t bytes;
		uint64_t sleeps;
	} most;
	uint64_t runs;
	bool again;
	bool jumps;
	struct pattern pattern;
	uint64_t from;
	uint64_t number;
	struct {
		uint64_t gaps;
		uint64_t bytes;
	} told;
	struct cobra_gap gap;
	uint64_t sleeps;
	uint64_t idle;
	bool hung_up;
};

static void look_for_progress(int signal)
{
	if (!progress)
		watchdog_bites(signal);
	progress = 0;
}

/* A watchdog that costs no system call per read, as alarm() would */
static void expect_progress(void)
{
	struct itimerval every = { { SILENCE_SECONDS, 0 },
				   { SILENCE_SECONDS, 0 } };

	signal(SIGALRM, look_for_progress);
	if (setitimer(ITIMER_REAL, &every, NULL))
		die("setitimer");
}

static void say(const char *what)
{
	puts(what);
	fflush(stdout);
}

static uint64_t bytes_read(const struct reader *reader)
{
	return pattern_total(&reader->pattern) - reader->from;
}

/* The node of a board that is away is not there, or says so. */
static void open_file(struct reader *reader, bool patient)
{
	int flags = O_RDONLY | reader->way->flags;

	for (;;) {
		reader->fd = open(reader->path, flags);
		if (reader->fd >= 0)
			break;
		if (!patient || (errno != ENOENT && errno != ENODEV &&
				 errno != ENXIO))
			die("open %s", reader->path);
		usleep(REOPEN_USECS);
	}
	reader->hung_up = false;
	memset(&reader->gap, 0, sizeof(reader->gap));
	if (reader->way->prepare)
		reader->way->prepare(reader->fd);
}

static size_t next_size(struct reader *reader)
{
	uint64_t left = reader->most.bytes - bytes_read(reader);
	uint64_t size = reader->block;

	if (reader->random)
		size = dice_up_to(&reader->dice, size);
	if (reader->jumps)
		size = (size + 7) & ~7ull;
	return size < left ? size : left;
}

/*
 * ENOBUFS: ask what was lost.  Only somebody who discards may have taken gaps,
 * and bytes before this one, that nobody was told of.
 */
static void take_gap(struct reader *reader)
{
	uint64_t met = pattern_total(&reader->pattern);
	uint64_t number = reader->number + 1;
	struct cobra_gap gap;

	if (ioctl(reader->fd, COBRA_IOC_GAP, &gap))
		die("COBRA_IOC_GAP after ENOBUFS");
	if (gap.position != met && !(reader->jumps && gap.position > met))
		fail("gap told at %llu, met at %llu",
		     (unsigned long long)gap.position, (unsigned long long)met);
	if (!gap.lost || gap.reserved || gap.number < number ||
	    (gap.number > number && !reader->jumps))
		fail("gap %llu of %llu bytes, wanted gap %llu",
		     (unsigned long long)gap.number,
		     (unsigned long long)gap.lost, (unsigned long long)number);
	reader->gap = gap;
	reader->number = gap.number;
	reader->told.gaps++;
	reader->told.bytes += gap.lost;
	pattern_skip(&reader->pattern, gap.lost);
}

/* Sleep; true if that ended with the word that there is something to take. */
static bool take_sleep(struct reader *reader)
{
	unsigned int why;

	if (reader->hung_up)
		fail("%s said that the board has gone, and read EAGAIN",
		     reader->way->name);
	reader->sleeps++;
	why = reader->way->sleep(reader->fd);
	if (why & POLLHUP) {
		if (~why & HUNG_UP)
			fail("%s: events 0x%x, wanted POLLHUP and POLLERR",
			     reader->way->name, why);
		reader->hung_up = true;
	}
	return why;
}

static void take_bytes(struct reader *reader, size_t size)
{
	if (!bytes_read(reader))
		say("streaming");
	pattern_check(&reader->pattern, buffer, size);
}

/* What a read says that gives no bytes: true if it ended the run. */
static bool take_word(struct reader *reader, int error, enum end *end)
{
	switch (error) {
	case 0:
		*end = END_EOF;
		return true;
	case ECONNRESET:
		*end = END_RESET;
		return true;
	case ENODEV:
		*end = END_GONE;
		return true;
	case ENOBUFS:
		take_gap(reader);
		return false;
	}
	errno = error;
	die("read after %llu bytes", (unsigned long long)bytes_read(reader));
}

/* Read until the run has ended, or enough of it was read. */
static enum end read_run(struct reader *reader)
{
	enum end end = END_ENOUGH;
	bool woken = false;

	while (bytes_read(reader) < reader->most.bytes) {
		size_t size = next_size(reader);
		ssize_t got;

		if (reader->nap)
			usleep(reader->nap);
		got = reader->way->take(reader->fd, buffer, size);
		if (got < 0 && errno == EAGAIN && reader->way->sleep) {
			reader->idle += woken;
			if (reader->sleeps == reader->most.sleeps)
				break;
			woken = take_sleep(reader);
			continue;
		}
		if (got > (ssize_t)size)
			fail("read of %zu bytes gave %zd", size, got);
		if (got > 0)
			take_bytes(reader, got);
		else if (take_word(reader, got ? errno : 0, &end))
			break;
		woken = false;
		progress = 1;
	}
	return end;
}

static void want_enodev(const struct reader *reader)
{
	ssize_t got = reader->way->take(reader->fd, buffer, 1);

	if (got >= 0)
		fail("read %zd bytes of a board that has gone", got);
	if (errno != ENODEV)
		die("read of a board that has gone");
}

/* The gap that was told last can be asked for again, if there was one. */
static void want_last_gap(const struct reader *reader)
{
	bool any = reader->gap.number;
	struct cobra_gap gap;
	int status = ioctl(reader->fd, COBRA_IOC_GAP, &gap);

	if (any ? status != 0 : !status || errno != ENODATA)
		die("COBRA_IOC_GAP of a board that has gone");
	if (any && memcmp(&gap, &reader->gap, sizeof(gap)))
		fail("another gap is told after the board has gone");
}

/* A file outlives its board: everything that one can do with it says so. */
static void outlive(struct reader *reader)
{
	unsigned int events;
	int unread = -1;

	want_enodev(reader);
	while (reader->way->sleep && !reader->hung_up &&
	       (reader->way->sleep(reader->fd) & reader->way->gone) !=
	       reader->way->gone)
		;	/* until the watchdog bites */
	events = way_look(reader->fd, 0);
	if (events != (POLLIN | HUNG_UP))
		fail("poll says 0x%x of a board that has gone", events);
	if (ioctl(reader->fd, FIONREAD, &unread) || unread)
		die("FIONREAD of a board that has gone: %d", unread);
	want_last_gap(reader);
	want_enodev(reader);
	if (close(reader->fd))
		die("close of a board that has gone");
}

static void report(struct reader *reader, enum end end)
{
	struct pattern *pattern = &reader->pattern;

	if (end == END_EOF && pattern->holding)
		fail("the run ended inside a word, after %llu bytes",
		     (unsigned long long)bytes_read(reader));
	pattern_end(pattern);
	printf("bytes=%llu lost=%llu gaps=%llu jumped=%llu sleeps=%llu ",
	       (unsigned long long)bytes_read(reader),
	       (unsigned long long)reader->told.bytes,
	       (unsigned long long)reader->told.gaps,
	       (unsigned long long)(pattern->lost - reader->told.bytes),
	       (unsigned long long)reader->sleeps);
	printf("idle=%llu end=%s\n", (unsigned long long)reader->idle,
	       end_names[end]);
	fflush(stdout);
}

/* The next run begins with the first word again. */
static void forget_run(struct reader *reader)
{
	pattern_resume(&reader->pattern, 0, 0);
	reader->pattern.lost = 0;
	reader->from = 0;
	reader->number = 0;
	memset(&reader->told, 0, sizeof(reader->told));
	reader->sleeps = 0;
	reader->idle = 0;
}

static void go_on_from(struct reader *reader, const char *where)
{
	unsigned long long read, lost, gaps;

	if (sscanf(where, "%llu,%llu,%llu", &read, &lost, &gaps) != 3)
		fail("-f wants READ,LOST,GAPS, not '%s'", where);
	pattern_resume(&reader->pattern, read, lost);
	reader->from = read;
	reader->number = gaps;
}

static void take_option(struct reader *reader, int option)
{
	switch (option) {
	case 'b':
		reader->block = number(optarg);
		break;
	case 's':
		reader->random = true;
		reader->dice.state = number(optarg);
		break;
	case 'n':
		reader->most.bytes = number(optarg);
		break;
	case 'w':
		reader->most.sleeps = number(optarg);
		break;
	case 'r':
		reader->runs = number(optarg);
		break;
	case 'o':
		reader->again = true;
		break;
	case 'u':
		reader->nap = number(optarg);
		break;
	case 'f':
		go_on_from(reader, optarg);
		break;
	case 'j':
		reader->jumps = true;
		reader->pattern.gaps = true;
		break;
	default:
		exit(2);
	}
}

static void list_ways(void)
{
	size_t i;

	for (i = 0; i < WAYS; i++)
		puts(ways[i].name);
	exit(0);
}

int main(int argc, char **argv)
{
	struct reader reader = {
		.block = sizeof(buffer),
		.most = { UINT64_MAX, UINT64_MAX },
		.runs = 1,
		.pattern = { .kind = PATTERN_COUNTER },
	};
	enum end end;
	int option;

	while ((option = getopt(argc, argv, "b:s:n:w:r:ou:f:j")) != -1)
		take_option(&reader, option);
	if (optind + 1 == argc && !strcmp(argv[optind], "ways"))
		list_ways();
	if (optind + 2 != argc || !reader.block || reader.block > sizeof(buffer))
		fail("usage: reader [-b BYTES] [-s SEED] [-n BYTES] [-w COUNT] [-r RUNS] [-o] [-u USECS] [-f READ,LOST,GAPS] [-j] HOW FILE");
	expect_progress();
	reader.way = way_find(argv[optind]);
	reader.path = argv[optind + 1];
	open_file(&reader, false);
	for (;;) {
		end = read_run(&reader);
		report(&reader, end);
		if (end == END_GONE)
			outlive(&reader);
		if (!--reader.runs || end == END_ENOUGH ||
		    (end == END_GONE && !reader.again))
			return 0;
		forget_run(&reader);
		if (end == END_GONE)
			open_file(&reader, true);
	}
}
