// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_model: a board and a reader do whatever comes to their minds, thousands
 * of times, beside a model that does the same and could not be simpler.  After
 * each step the two have to agree.
 *
 * The seed is printed; given as a parameter of the module, it all happens again.
 */
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "stub.h"

static ulong seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "what the model is led by, 0: something new");

static uint steps = 10000;
module_param(steps, uint, 0444);
MODULE_PARM_DESC(steps, "how many steps it takes, with each kind of ring");

struct loss {
	u64 position;
	u64 lost;
};

/**
 * struct model - what the driver should think
 * @test: who asks
 * @stub: the board that both see
 * @random: what leads it
 * @state: of the board
 * @run: the newest run, 0: none yet
 * @tail: taken of it
 * @discarded: of those thrown away
 * @skip: gaps are not told
 * @losses: gap n is in place n % COBRA_GAP_SLOTS
 * @gap_tail: gaps passed
 * @armed: an interrupt was asked for
 * @wake_at: where
 * @generation: resets that cost something
 * @produced: bytes of the run that the board has made, lost ones too
 * @read: bytes of the run that were read
 * @told: bytes of the run that were told lost, or skipped
 */
struct model {
	struct kunit *test;
	struct stub *stub;
	struct rnd_state random;
	u32 state;
	u32 run;
	u64 tail;
	u64 discarded;
	bool skip;
	struct loss losses[COBRA_GAP_SLOTS];
	u64 gap_tail;
	bool armed;
	u64 wake_at;
	u32 generation;
	u64 produced;
	u64 read;
	u64 told;
};

/* --- What is random -------------------------------------------------------- */

static u32 draw(struct model *model, u32 below)
{
	return prandom_u32_state(&model->random) % below;
}

static u64 draw64(struct model *model)
{
	u64 high = prandom_u32_state(&model->random);

	return high << 32 | prandom_u32_state(&model->random);
}

/* From 0 to most; both ends and the smallest more often than others */
static u64 draw_bytes(struct model *model, u64 most)
{
	switch (draw(model, 4)) {
	case 0:
		return most;
	case 1:
		return min_t(u64, most, draw(model, 3));
	default:
		return draw(model, most + 1);
	}
}

/* --- What holds between the steps ------------------------------------------ */

static u64 model_head(const struct model *model)
{
	return model->stub->head;
}

static bool model_gap_ahead(const struct model *model)
{
	return model->stub->gap_head != model->gap_tail;
}

static struct loss *model_loss(struct model *model, u64 number)
{
	return &model->losses[number % COBRA_GAP_SLOTS];
}

static bool model_at_gap(struct model *model)
{
	return model_gap_ahead(model) &&
	       model_loss(model, model->gap_tail)->position == model->tail;
}

/* model_there - bytes up to the next gap, or all */
static u64 model_there(struct model *model)
{
	u64 end = model_head(model);

	if (model_gap_ahead(model))
		end = model_loss(model, model->gap_tail)->position;
	return end - model->tail;
}

static bool model_drained(struct model *model)
{
	return model->tail == model_head(model) && !model_gap_ahead(model);
}

static void model_rewind(struct model *model)
{
	model->tail = 0;
	model->discarded = 0;
	model->gap_tail = 0;
	model->armed = false;
	model->produced = 0;
	model->read = 0;
	model->told = 0;
}

static void model_pass_gap(struct model *model)
{
	model->told += model_loss(model, model->gap_tail)->lost;
	model->gap_tail++;
}

/* --- What the board does --------------------------------------------------- */

static bool model_busy(const struct model *model)
{
	return model->state == COBRA_STATE_RUNNING ||
	       model->state == COBRA_STATE_DRAINING;
}

static void step_deliver(struct model *model)
{
	struct stub *stub = model->stub;
	u64 room = stub->tail + stub->ring.size - stub->head;
	u64 bytes = draw_bytes(model, room);

	if (!model_busy(model))
		return;
	stub_deliver(stub, bytes);
	model->produced += bytes;
}

static void step_lose(struct model *model)
{
	struct stub *stub = model->stub;
	unsigned int count = draw(model, 16) ? 1 : draw(model, 300);
	u64 bytes;

	if (!model_busy(model))
		return;
	while (count-- && stub->gap_head - stub->gap_tail < COBRA_GAP_SLOTS) {
		bytes = 1 + draw(model, 1000);
		*model_loss(model, stub->gap_head) =
			(struct loss){ .position = stub->head, .lost = bytes };
		stub_lose(stub, bytes);
		model->produced += bytes;
	}
}

/* Spurious ones, too: in a run, whoever sleeps is to look if there is reason. */
static void step_interrupt(struct model *model)
{
	bool due = model_head(model) >= model->wake_at ||
		   model_gap_ahead(model);
	bool answer = draw(model, 4) || !model_busy(model) ||
		      model->wake_at < model->tail;

	KUNIT_EXPECT_EQ(model->test, stub_interrupt(model->stub, answer),
			model->armed && (answer || due));
	if (answer || due)
		model->armed = false;
}

static void step_drain(struct model *model)
{
	if (model->state != COBRA_STATE_DRAINING)
		return;
	model->state = COBRA_STATE_STOPPED;
	stub_enter(model->stub, model->state);
}

/* --- What the reader does -------------------------------------------------- */

/* model_read - what a read should return */
static ssize_t model_read(struct model *model, u64 want)
{
	unsigned int passed;
	u64 bytes;

	for (passed = 0; passed < COBRA_GAP_SLOTS; passed++) {
		bytes = min(want, model_there(model));
		if (bytes) {
			model->tail += bytes;
			model->read += bytes;
			return bytes;
		}
		if (!model_at_gap(model))
			return 0;
		model_pass_gap(model);
		if (!model->skip)
			return -ENOBUFS;
	}
	return 0;
}

static void step_read(struct model *model)
{
	struct cobra_gap *gap = &model->stub->fifo->gap;
	u64 want = 1 + draw_bytes(model, model->stub->room - 1);
	u64 passed = model->gap_tail;
	ssize_t expected = model_read(model, want);
	struct loss *loss;

	KUNIT_EXPECT_EQ(model->test, stub_read(model->stub, want), expected);
	if (passed == model->gap_tail)
		return;
	loss = model_loss(model, model->gap_tail - 1);
	KUNIT_EXPECT_EQ(model->test, gap->position, loss->position);
	KUNIT_EXPECT_EQ(model->test, gap->lost, loss->lost);
	KUNIT_EXPECT_EQ(model->test, gap->number, model->gap_tail);
	KUNIT_EXPECT_EQ(model->test, gap->run, model->run);
}

static void step_post(struct model *model)
{
	stub_do(model->stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(model->test, model->stub->tail, model->tail);
}

static void step_arm(struct model *model)
{
	u64 want = 1 + draw_bytes(model, model->stub->ring.size / 2);
	u64 wake_at = model->tail + want;
	unsigned int arms = model->stub->arms;
	bool enough = model->armed && model->wake_at > model->tail &&
		      model->wake_at <= wake_at;

	stub_arm(model->stub, want);
	if (!model_busy(model) || enough) {
		KUNIT_EXPECT_EQ(model->test, model->stub->arms, arms);
	} else {
		KUNIT_EXPECT_EQ(model->test, model->stub->arms, arms + 1);
		KUNIT_EXPECT_EQ(model->test, model->stub->wake_at, wake_at);
		model->armed = true;
		model->wake_at = wake_at;
	}
	KUNIT_EXPECT_TRUE(model->test,
			  cobra_wake_asked(model->stub->fifo, want));
}

static void step_set_gaps(struct model *model)
{
	model->skip = draw(model, 2);
	WRITE_ONCE(model->stub->fifo->skip_gaps, model->skip);
}

/* step_ask - all that only looks; but looking is what readers learn by */
static void step_ask(struct model *model)
{
	struct stub *stub = model->stub;
	u64 want = 1 + draw_bytes(model, stub->ring.size);
	u64 fill = model_head(model) - model->tail;
	bool drained = model_drained(model);
	bool told = draw(model, 2);
	bool idle = model->state == COBRA_STATE_IDLE ||
		    model->state == COBRA_STATE_STOPPED;

	KUNIT_EXPECT_EQ(model->test, cobra_fifo_fill(stub->fifo), fill);
	KUNIT_EXPECT_EQ(model->test, cobra_fifo_state(stub->fifo),
			model->state);
	KUNIT_EXPECT_EQ(model->test,
			cobra_wake_ready(stub->fifo, want,
					 told ? model->run : model->run + 1),
			fill >= want || model_gap_ahead(model) ||
			(idle && (fill || !told)));
	KUNIT_EXPECT_EQ(model->test, stub_ask(stub, cobra_fifo_drained),
			drained);
	KUNIT_EXPECT_EQ(model->test, stub_ask(stub, cobra_fifo_over),
			model->state == COBRA_STATE_IDLE ? model->run != 0 :
			model->state == COBRA_STATE_STOPPED && drained);
}

/* --- What is asked for through control ------------------------------------- */

/* Runs begin at 0; from there to somewhere else is a long way. */
static void step_start(struct model *model)
{
	struct stub *stub = model->stub;
	bool free = !model_busy(model) && model_drained(model);
	unsigned int shift = 1 + draw(model, 63);
	u64 position = draw64(model) >> shift;

	KUNIT_EXPECT_EQ(model->test, stub_run(stub, cobra_run_start),
			free ? 0 : -EBUSY);
	if (!free)
		return;
	model_rewind(model);
	model->run++;
	model->state = COBRA_STATE_RUNNING;
	stub_jump(stub, position);
	model->tail = position;
}

static void step_stop(struct model *model)
{
	struct stub *stub = model->stub;

	stub->holds = draw(model, 2);
	KUNIT_EXPECT_EQ(model->test, stub_run(stub, cobra_run_stop), 0);
	if (model->state == COBRA_STATE_RUNNING)
		model->state = stub->holds ? COBRA_STATE_DRAINING :
					     COBRA_STATE_STOPPED;
}

static void step_discard(struct model *model)
{
	struct stub *stub = model->stub;

	KUNIT_EXPECT_EQ(model->test, stub_run(stub, cobra_run_discard), 0);
	if (model->state == COBRA_STATE_DRAINING)
		model->state = COBRA_STATE_STOPPED;
	while (model_gap_ahead(model))
		model_pass_gap(model);
	model->discarded += model_head(model) - model->tail;
	model->tail = model_head(model);
	KUNIT_EXPECT_EQ(model->test, stub->tail, model->tail);
}

static void step_reset(struct model *model)
{
	bool costs = model_busy(model) || !model_drained(model);

	/* Rarely, or no run would ever get far. */
	if (draw(model, 8))
		return;
	KUNIT_EXPECT_EQ(model->test, stub_run(model->stub, cobra_run_reset), 0);
	model_rewind(model);
	model->state = COBRA_STATE_IDLE;
	model->generation += costs;
}

/* --- All together ---------------------------------------------------------- */

static const struct step {
	const char *name;
	void (*take)(struct model *model);
	unsigned int weight;
} model_steps[] = {
	{ "deliver", step_deliver, 30 },
	{ "lose", step_lose, 6 },
	{ "read", step_read, 40 },
	{ "post", step_post, 4 },
	{ "ask", step_ask, 10 },
	{ "arm", step_arm, 8 },
	{ "interrupt", step_interrupt, 8 },
	{ "set gaps", step_set_gaps, 1 },
	{ "start", step_start, 3 },
	{ "stop", step_stop, 1 },
	{ "drain", step_drain, 2 },
	{ "discard", step_discard, 1 },
	{ "reset", step_reset, 1 },
};

static const struct step *draw_step(struct model *model)
{
	unsigned int all = 0, n;

	for (n = 0; n < ARRAY_SIZE(model_steps); n++)
		all += model_steps[n].weight;
	all = draw(model, all);
	for (n = 0; all >= model_steps[n].weight; n++)
		all -= model_steps[n].weight;
	return &model_steps[n];
}

/* model_agrees - is what the driver thinks, without another look, the same? */
static void model_agrees(struct model *model)
{
	struct cobra_fifo *fifo = model->stub->fifo;
	struct kunit *test = model->test;
	u64 size = model->stub->ring.size;
	u64 left = model_head(model) - model->tail;
	u64 lost = 0, n;

	KUNIT_EXPECT_EQ(test, fifo->error, 0);
	KUNIT_EXPECT_EQ(test, fifo->run, model->run);
	KUNIT_EXPECT_EQ(test, fifo->generation, model->generation);
	KUNIT_EXPECT_EQ(test, fifo->tail, model->tail);
	KUNIT_EXPECT_EQ(test, fifo->offset, model->tail % size);
	KUNIT_EXPECT_EQ(test, fifo->gap_tail, model->gap_tail);
	KUNIT_EXPECT_EQ(test, fifo->discarded, model->discarded);
	KUNIT_EXPECT_EQ(test, fifo->armed, model->armed);
	/* What it told the board, and what not yet */
	KUNIT_EXPECT_EQ(test, model->stub->gap_tail, model->gap_tail);
	KUNIT_EXPECT_LT(test, model->tail - model->stub->tail, size / 32);
	/* Every byte that was made is somewhere. */
	for (n = model->gap_tail; n != model->stub->gap_head; n++)
		lost += model_loss(model, n)->lost;
	KUNIT_EXPECT_EQ(test, model->produced, model->read + model->told +
			model->discarded + left + lost);
}

static void model_agrees_with_driver(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	u64 led_by = seed ?: get_random_u64();
	const struct step *step;
	unsigned int n;

	KUNIT_ASSERT_NOT_NULL(test, model);
	kunit_info(test, "%u steps, seed=%llu", steps, led_by);
	prandom_seed_state(&model->random, led_by);
	model->test = test;
	model->stub = test->priv;
	model->state = COBRA_STATE_IDLE;
	stub_use_ring(model->stub, test->param_value);

	for (n = 1; n <= steps; n++) {
		step = draw_step(model);
		step->take(model);
		model_agrees(model);
		if (test->status == KUNIT_SUCCESS)
			continue;
		kunit_err(test, "step %u, %s, with seed=%llu", n, step->name,
			  led_by);
		return;
	}
	kunit_info(test, "%u runs", model->run);
}

static struct kunit_case model_cases[] = {
	KUNIT_CASE_PARAM(model_agrees_with_driver, stub_rings),
	{}
};

static struct kunit_suite model_suite = {
	.name = "cobra_model",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = model_cases,
};

kunit_test_suite(model_suite);
