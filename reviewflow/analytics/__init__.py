"""Analyses: tables in, tables out. They know no database of ours and apply nothing by themselves."""
