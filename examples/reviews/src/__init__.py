"""Predicts from the text of a drug review whether the patient's rating is low, middling or high."""
