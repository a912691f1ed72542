"""Words, sentences, scripts, tokens and names: what every room needs to know about text itself."""
