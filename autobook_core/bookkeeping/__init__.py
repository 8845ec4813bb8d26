"""The bookkeeper's loop: landed pages in, posted entries out, each batch in one commit.

It reads what intake landed, asks the pure rooms what it means, and gives the store everything
that follows from it at once. Killed anywhere and run again, it goes on where it stood.
"""
