"""Interpolated Kneser–Ney: what counting alone can do, on the same tokens as the networks.

p_n(w | h) = max(c(h w) − D_n, 0) / c(h) + D_n · N(h ·) / c(h) · p_{n−1}(w | h'), where h' is h without its oldest token,
N(h ·) counts the different tokens seen after h, and c is the number of occurrences for the longest n-grams and, for the
shorter, the number of different tokens seen before them. Below the unigram stands the uniform distribution. A context
never seen leaves p_{n−1} alone. D_n = n1 / (n1 + 2 n2), from the n-grams counted once and twice.

Source: Kneser & Ney (1995); Chen & Goodman (1999), An empirical study of smoothing techniques.
"""

import numpy as np


class KneserNey:
    """An n-gram model of token ids.

    Every n-gram seen is a number, its place in the sorted `keys[n]`, and its key is (number of its first n − 1
    tokens) · V + last token: so contexts are looked up by binary search, however long they are.
    """

    def __init__(self, ids: np.ndarray, vocab_size: int, order: int = 5):
        self.vocab_size, self.order = vocab_size, order
        self.keys, self.counts, self.totals, self.kinds, self.discounts = [], [], [], [], []
        numbers = np.zeros(len(ids), dtype=np.int64)  # of the (n−1)-gram that ends at each position; one empty 0-gram
        contexts, suffixes = 1, []
        for n in range(1, order + 1):
            key = np.full(len(ids), -1, dtype=np.int64)
            before = numbers if n == 1 else np.concatenate(([0], numbers[:-1]))
            key[n - 1 :] = before[n - 1 :] * vocab_size + ids[n - 1 :]
            keys, first, inverse, counts = np.unique(
                key[n - 1 :], return_index=True, return_inverse=True, return_counts=True
            )
            suffixes.append(numbers[first + n - 1])  # the same n-gram without its first token
            numbers = np.concatenate((np.zeros(n - 1, dtype=np.int64), inverse))
            self.keys.append(keys)
            self.counts.append(counts)
        for n in range(1, order):  # shorter n-grams count the different tokens before them
            self.counts[n - 1] = np.bincount(suffixes[n], minlength=len(self.keys[n - 1]))
        for keys, counts in zip(self.keys, self.counts, strict=True):
            self.totals.append(np.bincount(keys // vocab_size, weights=counts, minlength=contexts))
            self.kinds.append(np.bincount(keys // vocab_size, weights=counts > 0, minlength=contexts))
            once, twice = (counts == 1).sum(), (counts == 2).sum()
            self.discounts.append(once / (once + 2 * twice) if once else 0.5)
            contexts = len(keys)

    def find(self, n: int, contexts: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """The numbers of the n-grams (context, id), −1 where the context is −1 or the n-gram was never seen."""
        key = contexts * self.vocab_size + ids
        place = np.searchsorted(self.keys[n - 1], key).clip(max=len(self.keys[n - 1]) - 1)
        return np.where((contexts >= 0) & (self.keys[n - 1][place] == key), place, -1)

    def probabilities(self, ids: np.ndarray) -> np.ndarray:
        """(T − 1,): the probability of each id but the first, given up to order − 1 ids before it."""
        p = np.full(len(ids), 1 / self.vocab_size)
        contexts = np.zeros(len(ids), dtype=np.int64)  # the n-gram before each position, n = 0 first
        for n in range(1, self.order + 1):
            number = self.find(n, contexts, ids)
            p = self.interpolate(n, contexts, number, p)
            contexts = np.concatenate(([-1], number[:-1]))
        return p[1:]

    def distribution(self, context: np.ndarray) -> np.ndarray:
        """(V,): the probabilities of every token after `context`."""
        ids = np.arange(self.vocab_size)
        p = np.full(self.vocab_size, 1 / self.vocab_size)
        for n in range(1, self.order + 1):
            if n - 1 > len(context):
                break
            number = np.zeros(1, dtype=np.int64)
            for k, token in enumerate(context[len(context) - (n - 1) :], start=1):
                number = self.find(k, number, token)
            contexts = np.repeat(number, self.vocab_size)
            p = self.interpolate(n, contexts, self.find(n, contexts, ids), p)
        return p

    def interpolate(self, n: int, contexts: np.ndarray, number: np.ndarray, shorter: np.ndarray) -> np.ndarray:
        total = np.where(contexts >= 0, self.totals[n - 1][contexts], 0)
        count = np.where(number >= 0, self.counts[n - 1][number], 0)
        discount = self.discounts[n - 1]
        kept = np.maximum(count - discount, 0) + discount * self.kinds[n - 1][contexts] * shorter
        return np.where(total > 0, kept / np.maximum(total, 1), shorter)
