/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COBRA_EMULATOR_LOG_H
#define COBRA_EMULATOR_LOG_H

/* Lines go nowhere until a log is open.  Any thread may write one. */
int log_open(const char *path);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* COBRA_EMULATOR_LOG_H */
