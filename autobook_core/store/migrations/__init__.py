"""Schema changes, in order. Imported only when a book's schema is behind."""
