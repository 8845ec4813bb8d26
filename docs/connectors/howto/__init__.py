"""Short connectors that the how-to pages quote. The tests of the documentation run every one of them."""
