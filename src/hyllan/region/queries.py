"""Reads of the region's places, days and people."""
