"""Predicts from ten measurements how far a patient's diabetes progresses in a year."""
