// SPDX-License-Identifier: GPL-2.0
/*
 * aerinject ADDRESS STATUS
 *
 * Have the port at PCI ADDRESS report an uncorrectable error, as the module
 * aer_inject pretends it: STATUS is what its Uncorrectable Error Status
 * register is to say (PCI Express Base Specification, Advanced Error Reporting;
 * PCI_ERR_UNC_* in linux/pci_regs.h).
 */
#include "tool.h"

/* What /dev/aer_inject takes (drivers/pci/pcie/aer_inject.c). */
struct injection {
	uint8_t bus;
	uint8_t device;
	uint8_t function;
	uint32_t uncorrectable;
	uint32_t correctable;
	uint32_t header_log[4];
	uint32_t domain;
};

int main(int argc, char **argv)
{
	unsigned int domain, bus, device, function;
	struct injection injection = { 0 };
	int fd;

	if (argc != 3)
		fail("usage: aerinject ADDRESS STATUS");
	if (sscanf(argv[1], "%x:%x:%x.%x", &domain, &bus, &device,
		   &function) != 4)
		fail("not a PCI address, as 0000:00:08.0: '%s'", argv[1]);
	injection.domain = domain;
	injection.bus = bus;
	injection.device = device;
	injection.function = function;
	injection.uncorrectable = number(argv[2]);
	fd = open_or_die("/dev/aer_inject", O_WRONLY);
	if (write(fd, &injection, sizeof(injection)) != sizeof(injection))
		die("inject into %s", argv[1]);
	return 0;
}
