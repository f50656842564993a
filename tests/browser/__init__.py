"""One story in a real browser, from the launch of a cycle to the payroll file, against the real processes."""
