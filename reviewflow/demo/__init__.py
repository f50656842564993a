"""An invented company with two years of sales, generated: what the demo and its tests are told about.

The generator is pure and seeded. It leaves CSV exports with their mappings, so that the demo takes the
same way in as a customer's own data.
"""
