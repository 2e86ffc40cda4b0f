"""Kundenwert: from delivered files to published tables and campaign lists."""
