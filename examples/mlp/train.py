#!/usr/bin/env python3
"""Trains the network of mlp.net on the handwritten digits of ../data/mnist, and counts how many of the others it gets right.

  train.py [--out mlp.safetensors]        takes NumPy, and a minute

8,000 images to learn from, 2,000 that it never sees. Every image is moved by up to two pixels each time that it is shown, so that
the network learns digits and not places. The loss is the cross entropy; Adam (Kingma, Ba, ICLR 2015) with a rate that falls along
half a cosine. Nothing is left to chance: one seed draws the first weights, the order and the moves. Another NumPy may add in
another order, and then a few digits fall otherwise.
"""
import argparse
import gzip
import json
import os
import pathlib
import struct

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would add in another order

import numpy as np  # noqa: E402  (after the number of threads is set)

HERE = pathlib.Path(__file__).resolve().parent
SIDE = 28
SIZES = [SIDE * SIDE, 64, 64, 10]
SEED, EPOCHS, BATCH, RATE, MOST_MOVED = 1986, 60, 50, 2e-3, 2


def read_digits(part):
    """Images as floats from 0 to 1, [n, 28, 28], and their labels."""
    folder = HERE.parent / "data" / "mnist"
    pixels = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())[8:]
    images = np.frombuffer(pixels, np.uint8).reshape(-1, SIDE, SIDE) / 255
    return images, np.frombuffer(labels, np.uint8)


def moved(images, random):
    """Each image by a distance of its own."""
    edge = MOST_MOVED
    wide = np.pad(images, ((0, 0), (edge, edge), (edge, edge)))
    down, right = random.integers(0, 2 * edge + 1, (2, len(images)))
    rows = down[:, None, None] + np.arange(SIDE)[None, :, None]
    columns = right[:, None, None] + np.arange(SIDE)[None, None, :]
    return wide[np.arange(len(images))[:, None, None], rows, columns]


def forward(layers, images):
    """What each layer is given, and the logits."""
    given = [images.reshape(len(images), -1)]
    for weight, bias in layers[:-1]:
        given.append(np.maximum(given[-1] @ weight.T + bias, 0))
    weight, bias = layers[-1]
    return given, given[-1] @ weight.T + bias


def gradients(layers, images, labels):
    given, logits = forward(layers, images)
    slope = np.exp(logits - logits.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(labels)), labels] -= 1
    slope /= len(labels)
    found = []
    for (weight, _), values in zip(reversed(layers), reversed(given)):
        found += [slope.sum(axis=0), slope.T @ values]
        slope = (slope @ weight) * (values > 0)
    return found[::-1]


def train(images, labels, random):
    layers = [[random.normal(0, np.sqrt(2 / n), (m, n)), np.zeros(m)] for n, m in zip(SIZES, SIZES[1:])]
    parameters = [array for layer in layers for array in layer]
    mean, square = ([np.zeros_like(array) for array in parameters] for _ in range(2))
    steps = EPOCHS * len(images) // BATCH
    step = 0
    for _ in range(EPOCHS):
        shown = moved(images, random)
        order = random.permutation(len(images))
        for start in range(0, len(images), BATCH):
            batch = order[start:start + BATCH]
            step += 1
            rate = RATE * (1 + np.cos(np.pi * step / steps)) / 2
            for p, g, m, s in zip(parameters, gradients(layers, shown[batch], labels[batch]), mean, square):
                m += 0.1 * (g - m)
                s += 0.001 * (g * g - s)
                p -= rate * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8)
    return layers


def write_safetensors(path, arrays):
    head, data = {}, b""
    for name, array in arrays.items():
        numbers = array.astype("<f4").tobytes()
        head[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def right(layers, images, labels):
    return int((forward(layers, images)[1].argmax(axis=1) == labels).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "data" / "mnist" / "mlp.safetensors")
    options = parser.parse_args()
    images, labels = read_digits("train")
    layers = train(images, labels, np.random.default_rng(SEED))
    layers = [[array.astype(np.float32) for array in layer] for layer in layers]  # as they are written
    named = {f"fc{i + 1}.{kind}": array for i, layer in enumerate(layers) for kind, array in zip(("weight", "bias"), layer)}
    write_safetensors(options.out, named)
    unseen, their_labels = read_digits("test")
    print(f"{right(layers, images, labels)} of the {len(labels)} digits that it learnt from")
    print(f"{right(layers, unseen, their_labels)} of {len(their_labels)} others")


if __name__ == "__main__":
    main()
