"""Counting words: the code whose speed is guarded."""


def count(text):
    """How often each word occurs."""
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def longest(text):
    """The longest word, the first one of several."""
    return max(text.split(), key=len)
