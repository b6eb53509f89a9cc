/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What programs may ask of /dev/cobraN/data beyond what every file offers.
 * Nobody needs it: cat, dd, od, select and FIONREAD work without.
 */
#ifndef _UAPI_LINUX_COBRA_H
#define _UAPI_LINUX_COBRA_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define COBRA_IOC_MAGIC 0xc8

/**
 * struct cobra_gap - the loss that read() reported last with ENOBUFS
 * @position: bytes of the run before the loss
 * @lost: bytes lost there; position counts bytes that arrived, so the next
 *	byte read is still byte @position of what arrived
 * @number: gaps of the run up to and including this one
 * @run: the run it happened in, from 1
 * @reserved: 0
 */
struct cobra_gap {
	__u64 position;
	__u64 lost;
	__u64 number;
	__u32 run;
	__u32 reserved;
};

/*
 * COBRA_IOC_GAP - tell the gap that this open file met last
 *
 * Errors: ENODATA if it met none yet; EFAULT.  Works on a board that is gone.
 */
#define COBRA_IOC_GAP _IOR(COBRA_IOC_MAGIC, 1, struct cobra_gap)

#endif /* _UAPI_LINUX_COBRA_H */
