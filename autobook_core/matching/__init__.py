"""Matching: which record a bank line settles, with the evidence in words. Pure.

Two equally good answers are no answer.
"""
