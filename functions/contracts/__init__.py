"""The JSON of the API: what each function accepts and answers."""
