"""The outside world as canonical rows. Connectors read and report; they write nothing."""
