// SPDX-License-Identifier: GPL-2.0
/*
 * docs/board-interface.md against the header and against a board: the tables
 * of registers and of the status block say what the code says.  To be run in
 * the project's folder.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"
#include "tap.h"

#define DOCUMENT	"docs/board-interface.md"
#define HEADER		"include/cobra/board.h"
#define MOST		128
#define CELLS		8

/* A row of a table that begins with an offset. */
struct row {
	char text[512];
	char *cell[CELLS];	/* of @text, blanks cut off */
	unsigned int cells;
	uint64_t offset;
};

static struct row rows[MOST];
static unsigned int row_count;

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

static void split(struct row *row)
{
	char *at = row->text + 1, *bar;

	while (row->cells < CELLS && (bar = strchr(at, '|'))) {
		*bar = '\0';
		row->cell[row->cells++] = trim(at);
		at = bar + 1;
	}
	row->offset = strtoull(row->cell[0], NULL, 16);
}

/* Rows of registers have 7 cells, those of the status block 6. */
static bool read_document(void)
{
	FILE *file = fopen(DOCUMENT, "r");
	struct row *row = rows;

	row_count = 0;
	if (!file)
		return false;
	while (row_count < MOST && fgets(row->text, sizeof(row->text), file)) {
		if (strncmp(row->text, "| 0x", 4))
			continue;
		row->cells = 0;
		split(row);
		row = &rows[++row_count];
	}
	fclose(file);
	return row_count > 0;
}

static const struct row *find_row(const char *name, unsigned int cells)
{
	unsigned int i;

	for (i = 0; i < row_count; i++)
		if (rows[i].cells == cells && !strcmp(rows[i].cell[1], name))
			return &rows[i];
	return NULL;
}

static bool register_is_documented(const char *name, unsigned int offset)
{
	const struct row *row = find_row(name, 7);

	if (row && row->offset == offset)
		return true;
	printf("# %s at %#x is not in " DOCUMENT "\n", name, offset);
	return false;
}

/* Every COBRA_REG_... in the header has its row, at its offset. */
static void registers_are_documented(void)
{
	unsigned int offset, found = 0, missing = 0;
	char line[256], name[64];
	FILE *file;

	CHECK(read_document());
	file = fopen(HEADER, "r");
	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "#define COBRA_REG_%63[A-Z_0-9] 0x%x", name,
			   &offset) != 2 || !strcmp(name, "VENDOR"))
			continue;
		found++;
		missing += !register_is_documented(name, offset);
	}
	fclose(file);
	CHECK_EQUAL(missing, 0);
	CHECK(found > 40);		/* else we do not read the header right */
}

/* The document's reset values are those of a board with the power just on. */
static void reset_values_are_true(void)
{
	unsigned int i, checked = 0;
	struct rig rig;
	uint64_t value;

	CHECK(read_document());
	rig_open(&rig);
	for (i = 0; i < row_count; i++) {
		if (rows[i].cells != 7 || !isdigit(rows[i].cell[5][0]))
			continue;
		value = strcmp(rows[i].cell[2], "64") ?
			rig_get32(&rig, rows[i].offset) :
			rig_get64(&rig, rows[i].offset);
		if (value != strtoull(rows[i].cell[5], NULL, 0))
			printf("# %s\n", rows[i].cell[1]);
		CHECK_EQUAL(value, strtoull(rows[i].cell[5], NULL, 0));
		checked++;
	}
	CHECK(checked > 30);
	rig_close(&rig);
}

#define FIELD(field) { #field, offsetof(struct cobra_status, field) }

static void status_block_is_documented(void)
{
	static const struct {
		const char *name;
		uint64_t offset;
	} fields[] = {
		FIELD(rx_head), FIELD(gap_head), FIELD(produced), FIELD(lost),
		FIELD(state), FIELD(run), FIELD(error), FIELD(rx_wake_ack),
		FIELD(doorbell_wanted), FIELD(tx_tail), FIELD(tx_wake_ack),
		FIELD(event_wake_ack), FIELD(event_head),
		FIELD(console_out_head), FIELD(console_err_head),
		FIELD(console_in_tail), FIELD(gaps), FIELD(events),
		FIELD(console_out), FIELD(console_err), FIELD(console_in),
	};
	const struct row *row;
	unsigned int i;

	CHECK(read_document());
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		row = find_row(fields[i].name, 6);
		if (!row)
			printf("# no %s\n", fields[i].name);
		CHECK(row);
		CHECK_EQUAL(row->offset, fields[i].offset);
	}
	CHECK_EQUAL(sizeof(struct cobra_status), COBRA_STATUS_BYTES);
	CHECK_EQUAL(sizeof(struct cobra_gap_record), 16);
	CHECK_EQUAL(sizeof(struct cobra_event_record), 64);
}

static const struct tap_test tests[] = {
	{ "every register is documented", registers_are_documented },
	{ "reset values are true", reset_values_are_true },
	{ "the status block is documented", status_block_is_documented },
};

int main(void)
{
	return TAP_MAIN(tests);
}
