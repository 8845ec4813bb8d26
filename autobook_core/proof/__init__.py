"""Proof: the books can be checked by anyone, at any time, from what is stored."""
