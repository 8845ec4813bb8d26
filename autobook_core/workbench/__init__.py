"""The workbench of a connector's author: try a connector call by call and see everything it does.

Nothing here writes to a book. What one call leaves for the next lies in a folder of its own, ``.autobook-dev``.
"""
