#!/usr/bin/python3
"""The weights of an ONNX file under the names of a .net file of the same network.

  onnx_weights.py CNNC MODEL.net MODEL.onnx OUT.safetensors

Layers are matched in the order in which the two files use them; every tensor's shape must be what the .net expects, and
each kind of layer the same. Parameters have the same layouts in both: ONNX took them from PyTorch. Needs numpy and onnx
(Debian: python3-numpy, python3-onnx).
"""
import json
import subprocess
import sys

import numpy
import onnx
from onnx import numpy_helper

# What the inputs of an ONNX node after its first are called in PyTorch.
PARAMETERS = {
    "Conv": ("weight", "bias"),
    "ConvTranspose": ("weight", "bias"),
    "Gemm": ("weight", "bias"),
    "BatchNormalization": ("weight", "bias", "running_mean", "running_var"),
}


def onnx_tensors(path):
    """(parameter, array), layer by layer in the order of the nodes."""
    graph = onnx.load(path).graph
    initializers = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type not in PARAMETERS:
            continue
        for parameter, name in zip(PARAMETERS[node.op_type], node.input[1:]):
            yield parameter, numpy_helper.to_array(initializers[name])


def net_tensors(cnnc, path):
    """(name, shape), in the order in which the network uses them."""
    text = subprocess.run([cnnc, "check", "--json", path], check=True, capture_output=True, text=True).stdout
    return [(weight["name"], tuple(weight["shape"])) for weight in json.loads(text)["networks"][0]["weights"]]


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, array in tensors:
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, array in tensors:
            file.write(array.tobytes())


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    cnnc, net, model, out = sys.argv[1:]
    wanted, found = net_tensors(cnnc, net), list(onnx_tensors(model))
    if len(wanted) != len(found):
        sys.exit(f"{net} has {len(wanted)} tensors, {model} has {len(found)}")
    tensors = []
    for (name, shape), (parameter, array) in zip(wanted, found):
        if name.split(".")[-1] != parameter or shape != array.shape:
            sys.exit(f"{net} wants {name} {shape} where {model} has a {parameter} {array.shape}")
        tensors.append((name, numpy.ascontiguousarray(array, "<f4")))
    write_safetensors(out, tensors)


if __name__ == "__main__":
    main()
