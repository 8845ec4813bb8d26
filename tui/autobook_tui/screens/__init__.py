"""The screens: each lays out its widgets and draws the state it is handed. None of them reads the book."""
