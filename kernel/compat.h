/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that the driver builds for, as named
 * features.  No other file looks at LINUX_VERSION_CODE.
 */
#ifndef COBRA_COMPAT_H
#define COBRA_COMPAT_H

#include <linux/fs.h>
#include <linux/version.h>

#if BITS_PER_LONG != 64
#error "cobra needs a 64-bit kernel: stream positions are read and written whole"
#endif

/* 6.5 replaced the splice helper for files that read_iter() into any iov_iter */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define COBRA_SPLICE_READ copy_splice_read
#else
#define COBRA_SPLICE_READ generic_file_splice_read
#endif

#endif /* COBRA_COMPAT_H */
