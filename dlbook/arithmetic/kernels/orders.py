"""The order in which samples are seen: permutations from the book's named streams.

The recipe stands in :mod:`dlbook.mathematics.rng`: blocks of Philox4x32-10 give 53-bit integers,
two a block, and a permutation sorts the places by them, stably. Here products of 32 bits are taken
in whole numbers of 64, which may turn negative: what is used of them is masked.

The sort puts each integer into the box of its leading bits; the boxes stand in order, and within
one there are so few that each moves down past those that are greater. Equal ones keep their order.
"""

from dlbook.arithmetic.kernels.lanes import Wholes, kernel

_M0, _M1, _W0, _W1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
_LOW, _ROUNDS = 0xFFFFFFFF, 10


@kernel
def _draw(key: int, name: int, first: int, blocks: int, words: Wholes) -> None:
    """Write the integers of so many blocks."""
    for i in range(blocks):
        c0, c1 = (first + i) & _LOW, ((first + i) >> 32) & _LOW
        c2, c3 = name & _LOW, (name >> 32) & _LOW
        k0, k1 = key & _LOW, (key >> 32) & _LOW
        for _ in range(_ROUNDS):
            p0, p1 = _M0 * c0, _M1 * c2
            c0, c1 = ((p1 >> 32) & _LOW) ^ c1 ^ k0, p1 & _LOW
            c2, c3 = ((p0 >> 32) & _LOW) ^ c3 ^ k1, p0 & _LOW
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        words[2 * i] = ((c0 >> 5) << 26) | (c1 >> 6)
        words[2 * i + 1] = ((c2 >> 5) << 26) | (c3 >> 6)


@kernel
def _sort(
    words: Wholes, skip: int, n: int, bits: int, ends: Wholes, boxed: Wholes, order: Wholes,
    start: int,
) -> None:  # fmt: skip
    """Write the places of n words in the order of their size; they have 53 bits."""
    shift = 53 - bits
    for box in range((1 << bits) + 1):
        ends[box] = 0
    for i in range(n):
        ends[(words[skip + i] >> shift) + 1] += 1
    for box in range(1 << bits):
        ends[box + 1] += ends[box]
    for i in range(n):
        word = words[skip + i]
        place = ends[word >> shift]
        ends[word >> shift] = place + 1
        boxed[place], order[start + place] = word, i
    for i in range(1, n):
        word, number, place = boxed[i], order[start + i], i
        while place > 0 and boxed[place - 1] > word:
            boxed[place], order[start + place] = boxed[place - 1], order[start + place - 1]
            place -= 1
        boxed[place], order[start + place] = word, number


def draw_orders(
    name: int, keys: Wholes, seeds: int, samples: int, first: int, epochs: int, words: Wholes,
    boxed: Wholes, ends: Wholes, order: Wholes,
) -> None:  # fmt: skip
    """Write the permutations of ``epochs`` epochs from ``first`` on for each seed.

    ``name`` is the hash of the stream's name, ``keys`` are the seeds, ``order`` is ``(seeds,
    epochs, samples)``. ``words``, ``boxed`` and ``ends`` are room for samples + 2, samples, and
    2 · samples + 2 numbers.
    """
    bits = 1
    while (1 << bits) < samples:
        bits += 1
    for row in range(seeds):
        for epoch in range(epochs):
            begin = (first + epoch) * samples
            blocks = ((begin + samples + 1) >> 1) - (begin >> 1)
            _draw(keys[row], name, begin >> 1, blocks, words)
            start = (row * epochs + epoch) * samples
            _sort(words, begin & 1, samples, bits, ends, boxed, order, start)
