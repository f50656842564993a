"""A whole cycle with simulated people in a scratch database: letters and budget before launching for real."""
