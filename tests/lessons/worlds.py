"""A small model of meaning for tests: deterministic, and alike for words that share letters."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from exchange.lessons.words import folded


class Letters:
    """Counts three letters in a row; words of one root are near in any language that shares the root."""

    name = "letters"

    def encode(self, texts):
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            said = f" {folded(text)} "
            for n in range(len(said) - 2):
                row[crc32(said[n:n + 3].encode()) % 64] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
