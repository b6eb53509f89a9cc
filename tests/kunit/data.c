// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_data: what a reader of the data node is told, and how often.
 */
#include <linux/uio.h>

#include "stub.h"

/* Somebody has the data node open, as if it were one that can be opened. */
struct reader {
	struct stub *stub;
	struct inode inode;
	struct file file;
};

static struct reader *reader_make(struct stub *stub)
{
	struct cobra_node *node = &stub->board->data;
	struct reader *reader;

	reader = kunit_kzalloc(stub->test, sizeof(*reader), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(stub->test, reader);
	reader->stub = stub;
	reader->inode.i_cdev = &node->cdev;
	reader->file.f_flags = O_NONBLOCK;
	node->board = stub->board;
	node->type = &cobra_data_type;
	return reader;
}

static int reader_open(struct reader *reader)
{
	return cobra_data_type.fops->open(&reader->inode, &reader->file);
}

static void reader_close(struct reader *reader)
{
	cobra_data_type.fops->release(&reader->inode, &reader->file);
	stub_settle(reader->stub);
}

static ssize_t reader_read(struct reader *reader, size_t want)
{
	struct stub *stub = reader->stub;
	struct kvec vec = { stub->buffer, want };
	struct iov_iter to;
	struct kiocb kiocb;
	ssize_t ret;

	init_sync_kiocb(&kiocb, &reader->file);
	iov_iter_kvec(&to, ITER_DEST, &vec, 1, want);
	ret = cobra_data_type.fops->read_iter(&kiocb, &to);
	stub_settle(stub);
	return ret;
}

static void data_trigger(struct stub *stub, enum cobra_trigger trigger)
{
	WRITE_ONCE(stub->board->trigger, trigger);
}

static void data_start(struct stub *stub)
{
	KUNIT_ASSERT_EQ(stub->test, stub_run(stub, cobra_run_start), 0);
}

static void data_stop(struct stub *stub)
{
	KUNIT_ASSERT_EQ(stub->test, stub_run(stub, cobra_run_stop), 0);
}

/* reader_in_run - somebody reads a run of which 10 bytes were delivered */
static struct reader *reader_in_run(struct stub *stub)
{
	struct reader *reader = reader_make(stub);

	data_trigger(stub, COBRA_TRIGGER_MANUAL);
	KUNIT_ASSERT_EQ(stub->test, reader_open(reader), 0);
	data_start(stub);
	stub_deliver(stub, 10);
	return reader;
}

static void data_ends_once(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_make(stub);
	unsigned int run;

	data_trigger(stub, COBRA_TRIGGER_MANUAL);
	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
	for (run = 1; run < 4; run++) {
		data_start(stub);
		KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
		stub_deliver(stub, 10);
		stub_lose(stub, 1);
		data_stop(stub);
		KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 10);
		stub_check(stub, stub->buffer, 0, 10);
		KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -ENOBUFS);
		KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 0);
		KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
		KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
		KUNIT_EXPECT_EQ(test, stub->fifo->told_run, run);
	}
	reader_close(reader);
}

/* Somebody else may start the next run before the reader looks. */
static void data_ends_even_if_the_next_run_has_begun(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_in_run(stub);

	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 10);
	data_stop(stub);
	data_start(stub);
	stub_deliver(stub, 5);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 5);
	stub_check(stub, stub->buffer, 0, 5);
	reader_close(reader);
}

/* An end that nobody was told of is told to who opens next, and then no more. */
static void data_ends_for_who_comes_later(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_make(stub);

	data_trigger(stub, COBRA_TRIGGER_MANUAL);
	data_start(stub);
	data_stop(stub);
	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 0);
	reader_close(reader);
	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
	reader_close(reader);
	/* Nor what was thrown away */
	data_start(stub);
	stub_deliver(stub, 10);
	data_stop(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_discard), 0);
	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
	reader_close(reader);
}

static void data_tells_of_a_reset(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_in_run(stub);

	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -ECONNRESET);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
	reader_close(reader);
}

/* Who sleeps would be woken again and again, if a read did not end the stream. */
static void data_ends_when_the_board_forgets_its_set_up(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_in_run(stub);

	stub_enter(stub, COBRA_STATE_RESET);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 10);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EIO);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EIO);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -ECONNRESET);
	reader_close(reader);
}

static void data_starts_a_run_for_as_long_as_it_is_open(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_make(stub);

	data_trigger(stub, COBRA_TRIGGER_OPEN);
	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo),
			COBRA_STATE_RUNNING);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 4), 4);
	reader_close(reader);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo),
			COBRA_STATE_STOPPED);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 6);

	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, 2);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), -EAGAIN);
	stub_deliver(stub, 3);
	KUNIT_EXPECT_EQ(test, reader_read(reader, 48), 3);
	stub_check(stub, stub->buffer, 0, 3);
	reader_close(reader);
}

/* A run that seems to be on while the board is out of reach is about to be forgotten. */
static void data_is_not_opened_into_a_paused_run(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct reader *reader = reader_make(stub);

	data_trigger(stub, COBRA_TRIGGER_MANUAL);
	data_start(stub);
	WRITE_ONCE(stub->board->paused, true);
	KUNIT_EXPECT_EQ(test, reader_open(reader), -EIO);
	WRITE_ONCE(stub->board->paused, false);
	KUNIT_ASSERT_EQ(test, reader_open(reader), 0);
	reader_close(reader);
}

static struct kunit_case data_cases[] = {
	KUNIT_CASE(data_ends_once),
	KUNIT_CASE(data_ends_even_if_the_next_run_has_begun),
	KUNIT_CASE(data_ends_for_who_comes_later),
	KUNIT_CASE(data_tells_of_a_reset),
	KUNIT_CASE(data_ends_when_the_board_forgets_its_set_up),
	KUNIT_CASE(data_starts_a_run_for_as_long_as_it_is_open),
	KUNIT_CASE(data_is_not_opened_into_a_paused_run),
	{}
};

static struct kunit_suite data_suite = {
	.name = "cobra_data",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = data_cases,
};

kunit_test_suite(data_suite);
