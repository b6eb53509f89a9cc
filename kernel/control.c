// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/cobraN/control: a line a command.
 *
 *	start stop reset discard
 *	set KEY VALUE
 *	get [KEY]
 *	peek OFFSET [COUNT]
 *	poke OFFSET VALUE
 *
 * A write takes the lines it was given one after the other.  The first bad one
 * ends it: the lines before have taken effect and count as written, so that the
 * writer comes back with the bad line alone and is told what is wrong with it.
 * Answers are kept for the open file that asked; who reads without having asked
 * is told all settings.
 */
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "board.h"
#include "node.h"
#include "run.h"
#include "settings.h"

#define LONGEST_LINE	255
#define MOST_WORDS	4
#define MOST_PEEKS	1024
#define MOST_AT_ONCE	4096	/* bytes taken from one write */
#define ANSWER_BYTES	65536	/* that may wait to be read */

/**
 * struct control_file - an open file
 * @file: what every open file has
 * @lock: protects the members below
 * @answer: ANSWER_BYTES of answers, or NULL: none was ever needed
 * @length: bytes of it
 * @read: bytes of those that were read
 * @answered: the next end of @answer is to be told as end of file
 */
struct control_file {
	struct cobra_file file;
	struct mutex lock;	/* the answers */
	char *answer;
	size_t length;
	size_t read;
	bool answered;
};

static struct control_file *to_control_file(struct cobra_file *file)
{
	return container_of(file, struct control_file, file);
}

/* control_forget_read - make room again once all answers were read */
static void control_forget_read(struct control_file *cf)
{
	if (cf->read == cf->length) {
		cf->read = 0;
		cf->length = 0;
	}
}

/* control_answer - keep an answer; -ENOSPC: too many were left unread */
static __printf(2, 3)
int control_answer(struct control_file *cf, const char *format, ...)
{
	size_t room;
	va_list args;
	int length;

	lockdep_assert_held(&cf->lock);
	if (!cf->answer)
		cf->answer = kvmalloc(ANSWER_BYTES,
				      GFP_KERNEL | __GFP_NOWARN);
	if (!cf->answer)
		return -ENOMEM;
	room = ANSWER_BYTES - cf->length;
	va_start(args, format);
	length = vsnprintf(cf->answer + cf->length, room, format, args);
	va_end(args);
	if (length >= room)
		return -ENOSPC;
	cf->length += length;
	cf->answered = true;
	return 0;
}

static int control_tell(struct control_file *cf, struct cobra_board *board,
			const struct cobra_setting *setting)
{
	char line[COBRA_SETTING_LINE];

	cobra_setting_show(board, setting, line);
	return control_answer(cf, "%s", line);
}

static int control_tell_all(struct control_file *cf, struct cobra_board *board)
{
	const struct cobra_setting *setting = NULL;
	int ret = 0;

	while (!ret && (setting = cobra_setting_next(board, setting)))
		ret = control_tell(cf, board, setting);
	return ret;
}

/* control_refuse - say in the log what the errno cannot */
static __printf(3, 4)
int control_refuse(struct cobra_board *board, int error,
		   const char *format, ...)
{
	struct va_format what;
	va_list args;

	va_start(args, format);
	what.fmt = format;
	what.va = &args;
	dev_info_ratelimited(&board->dev, "control: %pV\n", &what);
	va_end(args);
	return error;
}

static int control_run(struct cobra_board *board,
		       int (*change)(struct cobra_board *board))
{
	int ret = cobra_run_lock(board);

	if (ret)
		return ret;
	ret = change(board);
	cobra_run_unlock(board);
	return ret;
}

static int do_start(struct control_file *cf, int argc, char **argv)
{
	struct cobra_board *board = cf->file.node->board;
	int ret = control_run(board, cobra_run_start);

	if (ret == -EBUSY)
		control_refuse(board, ret,
			       "start: a run is on, or the last one is not read to its end; read it, or discard");
	return ret;
}

static int do_stop(struct control_file *cf, int argc, char **argv)
{
	return control_run(cf->file.node->board, cobra_run_stop);
}

static int do_reset(struct control_file *cf, int argc, char **argv)
{
	return control_run(cf->file.node->board, cobra_run_reset);
}

static int do_discard(struct control_file *cf, int argc, char **argv)
{
	return control_run(cf->file.node->board, cobra_run_discard);
}

static int do_set(struct control_file *cf, int argc, char **argv)
{
	struct cobra_board *board = cf->file.node->board;
	const struct cobra_setting *setting;
	u64 value;
	int ret;

	setting = cobra_setting_find(board, argv[1]);
	if (!setting)
		return control_refuse(board, -EINVAL,
				      "set: no setting %*pE; get lists them",
				      (int)strlen(argv[1]), argv[1]);
	if (!setting->set)
		return control_refuse(board, -EPERM, "set: %s is read-only",
				      setting->name);
	ret = cobra_setting_parse(setting, argv[2], &value);
	if (!ret)
		ret = cobra_run_lock(board);
	if (!ret) {
		ret = -ENODEV;
		if (cobra_fifo_state(&board->rx) != COBRA_STATE_GONE)
			ret = setting->set(board, value);
		cobra_run_unlock(board);
	}
	if (ret && ret != -ERESTARTSYS)
		control_refuse(board, ret, "set %s %*pE: error %d; %s",
			       setting->name, (int)strlen(argv[2]), argv[2],
			       -ret, setting->help);
	return ret;
}

static int do_get(struct control_file *cf, int argc, char **argv)
{
	struct cobra_board *board = cf->file.node->board;
	const struct cobra_setting *setting = NULL;
	int ret;

	if (argc > 1) {
		setting = cobra_setting_find(board, argv[1]);
		if (!setting)
			return control_refuse(board, -EINVAL,
					      "get: no setting %*pE; get lists them",
					      (int)strlen(argv[1]), argv[1]);
	}
	ret = cobra_board_use(board);
	if (ret)
		return ret;
	ret = setting ? control_tell(cf, board, setting) :
			control_tell_all(cf, board);
	cobra_board_unuse(board);
	return ret;
}

static int do_peek(struct control_file *cf, int argc, char **argv)
{
	struct cobra_board *board = cf->file.node->board;
	u64 offset, count = 1;
	u32 value;
	int ret;

	ret = cobra_parse_number(argv[1], &offset);
	if (!ret && argc > 2)
		ret = cobra_parse_number(argv[2], &count);
	if (!ret && (count < 1 || count > MOST_PEEKS))
		ret = -ERANGE;
	if (!ret)
		ret = cobra_board_use(board);
	if (ret)
		return ret;
	for (; !ret && count; count--, offset += sizeof(value)) {
		ret = board->ops->peek(board, offset, &value);
		if (!ret)
			ret = control_answer(cf, "0x%04llx 0x%08x\n", offset,
					     value);
	}
	cobra_board_unuse(board);
	return ret;
}

static int do_poke(struct control_file *cf, int argc, char **argv)
{
	struct cobra_board *board = cf->file.node->board;
	u64 offset, value;
	int ret;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	ret = cobra_parse_number(argv[1], &offset);
	if (!ret)
		ret = cobra_parse_number(argv[2], &value);
	if (!ret && value > U32_MAX)
		ret = -ERANGE;
	if (!ret)
		ret = cobra_board_use(board);
	if (ret)
		return ret;
	ret = board->ops->poke(board, offset, value);
	cobra_board_unuse(board);
	return ret;
}

static const struct control_command {
	const char *name;
	int least;	/* words, its name included */
	int most;
	int (*run)(struct control_file *cf, int argc, char **argv);
} commands[] = {
	{ "start",   1, 1, do_start },
	{ "stop",    1, 1, do_stop },
	{ "reset",   1, 1, do_reset },
	{ "discard", 1, 1, do_discard },
	{ "set",     3, 3, do_set },
	{ "get",     1, 2, do_get },
	{ "peek",    2, 3, do_peek },
	{ "poke",    3, 3, do_poke },
};

/* control_split - cut a line into words; one too many counts, too */
static int control_split(char *line, char **words)
{
	int count = 0;

	for (;;) {
		line = skip_spaces(line);
		if (!*line || count == MOST_WORDS)
			return count;
		words[count++] = line;
		while (*line && !isspace(*line))
			line++;
		if (*line)
			*line++ = '\0';
	}
}

/* control_line - do what one line says; a failed one leaves no answer */
static int control_line(struct control_file *cf, char *line, size_t length)
{
	struct cobra_board *board = cf->file.node->board;
	char *words[MOST_WORDS];
	size_t answered;
	int argc, n, ret;

	control_forget_read(cf);
	answered = cf->length;
	if (length > LONGEST_LINE || memchr(line, '\0', length))
		return control_refuse(board, -EINVAL,
				      "line of %zu bytes, at most %d of text are taken",
				      length, LONGEST_LINE);
	line[length] = '\0';
	argc = control_split(line, words);
	if (!argc || words[0][0] == '#')
		return 0;

	for (n = 0; n < ARRAY_SIZE(commands); n++) {
		if (strcmp(words[0], commands[n].name))
			continue;
		if (argc < commands[n].least || argc > commands[n].most)
			return control_refuse(board, -EINVAL,
					      "%s takes %d to %d words, got %d",
					      commands[n].name,
					      commands[n].least - 1,
					      commands[n].most - 1, argc - 1);
		ret = commands[n].run(cf, argc, words);
		if (ret)
			cf->length = answered;
		return ret;
	}
	return control_refuse(board, -EINVAL,
			      "no command %*pE; there are start stop reset discard set get peek poke",
			      (int)strlen(words[0]), words[0]);
}

/*
 * control_lines - do what all lines of a write say
 *
 * Return: bytes of the lines done; or the error of the first.
 */
static ssize_t control_lines(struct control_file *cf, char *text, size_t count,
			     bool more)
{
	size_t done = 0;
	int ret = 0;

	while (done < count) {
		char *line = text + done;
		char *end = memchr(line, '\n', count - done);

		/* The rest of a cut line comes with the next write. */
		if (!end && more && done)
			break;
		if (!end)
			end = text + count;
		ret = control_line(cf, line, end - line);
		if (ret)
			break;
		done = min_t(size_t, end - text + 1, count);
	}
	return done ?: ret;
}

static ssize_t control_write(struct file *filp, const char __user *from,
			     size_t count, loff_t *position)
{
	struct control_file *cf = to_control_file(filp->private_data);
	size_t size = min_t(size_t, count, MOST_AT_ONCE);
	char *text;
	ssize_t ret;

	if (!count)
		return 0;
	text = memdup_user_nul(from, size);
	if (IS_ERR(text))
		return PTR_ERR(text);

	ret = -ERESTARTSYS;
	if (!mutex_lock_interruptible(&cf->lock)) {
		ret = control_lines(cf, text, size, size < count);
		mutex_unlock(&cf->lock);
	}
	kfree(text);
	return ret;
}

/* control_ask - a read with nothing to read asks for all settings */
static int control_ask(struct control_file *cf)
{
	struct cobra_board *board = cf->file.node->board;
	int ret = cobra_board_use(board);

	if (ret)
		return ret;
	control_forget_read(cf);
	ret = control_tell_all(cf, board);
	cobra_board_unuse(board);
	return ret;
}

static ssize_t control_read_locked(struct control_file *cf, char __user *to,
				   size_t count)
{
	size_t size;
	int ret;

	if (cf->read == cf->length) {
		if (cf->answered) {
			cf->answered = false;
			return 0;
		}
		ret = control_ask(cf);
		if (ret)
			return ret;
	}
	size = min(count, cf->length - cf->read);
	size -= copy_to_user(to, cf->answer + cf->read, size);
	if (!size)
		return -EFAULT;
	cf->read += size;
	return size;
}

static ssize_t control_read(struct file *filp, char __user *to, size_t count,
			    loff_t *position)
{
	struct control_file *cf = to_control_file(filp->private_data);
	ssize_t ret;

	if (!count)
		return 0;
	if (mutex_lock_interruptible(&cf->lock))
		return -ERESTARTSYS;
	ret = control_read_locked(cf, to, count);
	mutex_unlock(&cf->lock);
	return ret;
}

/* Nobody ever waits here, so there is nothing to wake up for but the end. */
static __poll_t control_poll(struct file *filp, poll_table *wait)
{
	struct control_file *cf = to_control_file(filp->private_data);
	struct cobra_fifo *fifo = &cf->file.node->board->rx;

	poll_wait(filp, &fifo->wait, wait);
	if (cobra_fifo_state(fifo) == COBRA_STATE_GONE)
		return EPOLLERR | EPOLLHUP;
	return EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM;
}

static int control_open(struct cobra_file *file, struct file *filp)
{
	mutex_init(&to_control_file(file)->lock);
	return 0;
}

static void control_release(struct cobra_file *file)
{
	kvfree(to_control_file(file)->answer);
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.open = cobra_node_open,
	.release = cobra_node_release,
	.read = control_read,
	.write = control_write,
	.poll = control_poll,
	.fasync = cobra_node_fasync,
};

const struct cobra_node_type cobra_control_type = {
	.name = "control",
	.minor = 1,
	.file_size = sizeof(struct control_file),
	.fops = &control_fops,
	.open = control_open,
	.release = control_release,
};
