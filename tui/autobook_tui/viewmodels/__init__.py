"""From data to rows of text, purely: each cell is a text that is safe to show, a tone, and nothing of Textual."""
