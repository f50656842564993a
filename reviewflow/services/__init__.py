"""What the product does: one file, one verb, one transaction. A service calls no other service."""
