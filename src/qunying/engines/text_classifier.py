"""A linear classifier of short texts by their letter n-grams: small, fast, the same everywhere.

A text is folded (`folding`), its digits become 0 and runs are cut to two; each n-gram of 1 to 4 letters is hashed to one of 2**bits
columns (K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009), and counts are divided by
the square root of their number. The scores are a softmax of one weight per column and label (multinomial logistic regression with L2
penalty, found by L-BFGS: R. H. Byrd et al., SIAM Journal on Scientific Computing 16, 1995). Weights are kept as 8-bit steps.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qunying.engines.folding import fold

if TYPE_CHECKING:
    from scipy.sparse import coo_array

LONGEST_GRAM = 4
_BATCH_LETTERS = 200_000
_SEPARATOR, _SPACE, _ZERO, _NINE = 10, 32, 48, 57
_MIXERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)  # odd multipliers, one for each place of a gram


@dataclass(frozen=True)
class TextClassifier:
    """Weights and what they are for.

    Args:
        labels: the labels, in the order of the columns.
        weights: shape (2**bits, labels), in steps.
        scale: what a step is worth.
        bias: shape (labels,).
        notes: what it was trained on, and how.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: float
    bias: NDArray[np.float64]
    notes: dict[str, object]

    @property
    def bits(self) -> int:
        """How many bits a column's number has."""
        return len(self.weights).bit_length() - 1

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the score of each label for each text, shape (texts, labels); each row adds up to 1.

        A text without letters or signs gets the scores of no evidence.
        """
        sums = np.zeros((len(texts), len(self.labels)))
        sizes = np.zeros(len(texts), dtype=np.int64)
        for first, count, owners, columns in _grams(texts, self.bits):
            steps = np.zeros((len(columns) + 1, len(self.labels)), dtype=np.int64)
            np.cumsum(self.weights[columns], axis=0, out=steps[1:])
            borders = np.searchsorted(owners, np.arange(count + 1))
            sums[first : first + count] += np.diff(steps[borders], axis=0)
            sizes[first : first + count] += np.diff(borders)
        return _softmax(sums * self.scale / np.sqrt(np.maximum(sizes, 1))[:, None] + self.bias)

    def to_bytes(self) -> bytes:
        """Return the classifier as the bytes of an ``.npz`` file without pickled objects; equal classifiers give equal bytes."""
        about = {"labels": self.labels, "scale": self.scale, "notes": self.notes}
        file = io.BytesIO()
        np.savez_compressed(
            file,
            weights=self.weights,
            bias=self.bias,
            about=np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "TextClassifier":
        """Return the classifier that was written. Raises: ValueError when the bytes are not one."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                weights, bias = arrays["weights"], arrays["bias"]
                about = json.loads(arrays["about"].tobytes())
            labels, scale, notes = tuple(about["labels"]), float(about["scale"]), dict(about["notes"])
        except (OSError, EOFError, BadZipFile, KeyError, TypeError, ValueError) as error:
            raise ValueError("this is no text classifier") from error
        rows = len(weights) if weights.ndim == 2 else 0
        if weights.dtype != np.int8 or rows & (rows - 1) or weights.shape != (rows, len(labels)) or not rows:
            raise ValueError("the weights of this text classifier do not fit")
        if bias.shape != (len(labels),) or not np.isfinite(bias).all():
            raise ValueError("the bias of this text classifier does not fit")
        return cls(labels, weights, scale, bias.astype(np.float64), notes)


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    bits: int = 18,
    penalty: float = 1.0,
    rounds: int = 100,
    notes: dict[str, object] | None = None,
) -> TextClassifier:
    """Return a classifier fitted to texts with known labels; the same input gives the same classifier.

    Args:
        texts: shape (n,).
        labels: the label of each.
        bits: of the number of columns, 8 to 24.
        penalty: of large weights, per text; larger means simpler.
        rounds: of L-BFGS, at most.
        notes: kept with the classifier.

    Raises:
        ValueError: for unequal lengths or fewer than two different labels.
    """
    from scipy.optimize import minimize  # here, for reading scores needs none of it
    from scipy.sparse import csr_array

    names = tuple(sorted(set(labels)))
    if len(texts) != len(labels) or len(names) < 2:
        raise ValueError("training needs a label for each text, and at least two different ones")
    width, kinds = 1 << bits, len(names)
    grams = csr_array(_count_grams(texts, bits))
    used = np.flatnonzero(np.bincount(grams.indices, minlength=width) > 1)  # what occurs once teaches nothing
    grams = grams[:, used]
    transposed = csr_array(grams.T)
    truth = np.eye(kinds)[[names.index(label) for label in labels]]

    def cost(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, bias = flat[:-kinds].reshape(-1, kinds), flat[-kinds:]
        scores = _softmax(grams @ weights + bias)
        loss = -np.log(np.maximum((scores * truth).sum(axis=1), 1e-300)).sum()
        wrong = scores - truth
        gradient = np.concatenate(((transposed @ wrong + penalty * weights).ravel(), wrong.sum(axis=0)))
        return float(loss + penalty / 2 * (weights**2).sum()), gradient

    found = minimize(
        cost, np.zeros(len(used) * kinds + kinds), jac=True, method="L-BFGS-B", options={"maxiter": rounds}
    ).x
    weights = np.zeros((width, kinds))
    weights[used] = found[:-kinds].reshape(-1, kinds)
    scale = float(f"{max(np.abs(weights).max() / 127, 1e-9):.4g}")
    steps = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    bias = np.round(found[-kinds:] - found[-kinds:].mean(), 3)
    return TextClassifier(names, steps, scale, bias, notes or {})


def _softmax(values: ArrayLike) -> NDArray[np.float64]:
    """Return each row as shares of 1, larger values with larger shares."""
    rows = np.asarray(values, dtype=np.float64)
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def _count_grams(texts: Sequence[str], bits: int) -> "coo_array":
    """Return the share of each gram in each text, shape (texts, 2**bits)."""
    from scipy.sparse import coo_array

    parts = [(owners + first, columns) for first, _, owners, columns in _grams(texts, bits)]
    owners = np.concatenate([part[0] for part in parts])
    columns = np.concatenate([part[1] for part in parts])
    shares = 1 / np.sqrt(np.bincount(owners, minlength=len(texts)))[owners]
    return coo_array((shares, (owners, columns)), shape=(len(texts), 1 << bits))


def _grams(
    texts: Sequence[str], bits: int
) -> Iterator[tuple[int, int, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the hashed grams of a batch of texts, one length of gram at a time.

    Each is: the first text's index, how many texts, for each gram the text within the batch (ascending), and its column.
    """
    first = 0
    while first < len(texts):
        batch: list[str] = []
        letters = 0
        while first + len(batch) < len(texts) and letters < _BATCH_LETTERS:
            batch.append(fold(texts[first + len(batch)]).replace("\n", " ") + "\n")
            letters += len(batch[-1])
        codes = _letters_of("".join(batch))
        owners = np.cumsum(codes == _SEPARATOR) - (codes == _SEPARATOR)
        hashes = np.zeros(len(codes), dtype=np.uint64)
        for place in range(min(LONGEST_GRAM, len(codes))):
            hashes = hashes[: len(codes) - place] + (codes[place:] + np.uint64(1)) * _MIXERS[place]
            inside = (owners[: len(hashes)] == owners[place:]) & (codes[place:] != _SEPARATOR)
            mixed = (hashes[inside] ^ (hashes[inside] >> np.uint64(31))) * _MIXERS[0]
            yield (
                first,
                len(batch),
                owners[: len(hashes)][inside],
                (mixed >> np.uint64(64 - bits)).astype(np.int64),
            )
        first += len(batch)


def _letters_of(text: str) -> NDArray[np.uint64]:
    """Return the code points of folded texts: no spaces, digits as 0, runs cut to two."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    codes = codes[codes != _SPACE]
    codes[(codes >= _ZERO) & (codes <= _NINE)] = _ZERO
    run = np.zeros(len(codes), dtype=bool)
    run[2:] = (codes[2:] == codes[1:-1]) & (codes[1:-1] == codes[:-2]) & (codes[2:] != _SEPARATOR)
    return np.asarray(codes[~run], dtype=np.uint64)
