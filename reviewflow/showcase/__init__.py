"""The demo: a generated company whose last year is played, day by day, through the services people use."""
