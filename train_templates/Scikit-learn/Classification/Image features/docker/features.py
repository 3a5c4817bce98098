"""Turn images into features: edge directions, colour histograms and colour moments, as a grid over the image.

Everything is built from convolutions and poolings, so the same features exist twice: in numpy for training and as an
ONNX graph (``feature_graph``) that an exported model carries in front of it. A test compares the two.
"""

from __future__ import annotations

import numpy as np

DIRECTIONS = 8
EDGE_GRID = 8
COLOR_GRID = 4
HISTOGRAM_BINS = 12
# Red, green, blue, red against green, yellow against blue: weights of R, G, B and an offset that bring values to 0..1.
COLOR_AXES = (
    (np.array([1.0, 0.0, 0.0]), 0.0),
    (np.array([0.0, 1.0, 0.0]), 0.0),
    (np.array([0.0, 0.0, 1.0]), 0.0),
    (np.array([1.0, -1.0, 0.0]), 0.5),
    (np.array([0.5, 0.5, -1.0]), 0.5),
)
EPSILON = 1e-4
MIN_IMAGE_SIZE = 2 * EDGE_GRID + 2
_CHUNK = 64


def extract(images: np.ndarray) -> np.ndarray:
    """Features of images ``[N, 3, S, S]`` with values from 0 to 1."""
    parts = [_extract_chunk(images[start : start + _CHUNK]) for start in range(0, len(images), _CHUNK)]
    return np.concatenate(parts).astype(np.float32)


def _extract_chunk(images: np.ndarray) -> np.ndarray:
    edges = np.maximum(_convolve(images, _edge_kernels()), 0)
    edges = _pool(edges, EDGE_GRID)
    edges = edges / np.sqrt(np.mean(edges**2, axis=(1, 2, 3), keepdims=True) + EPSILON)
    weights, biases = _histogram_kernels()
    bins = np.einsum("kc,nchw->nkhw", weights[:, :, 0, 0], images) + biases[None, :, None, None]
    histogram = np.maximum(1 - np.abs(bins), 0).mean(axis=(2, 3))
    means = _pool(images, COLOR_GRID)
    squares = _pool(images**2, COLOR_GRID)
    return np.concatenate([part.reshape(len(images), -1) for part in (edges, histogram, means, squares)], axis=1)


def _edge_kernels() -> np.ndarray:
    """One 3 x 3 filter per direction, on the brightness of RGB."""
    across = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32) / 4
    angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    filters = np.stack([np.cos(angle) * across + np.sin(angle) * across.T for angle in angles])
    brightness = np.array([0.299, 0.587, 0.114])
    return (filters[:, None] * brightness[None, :, None, None]).astype(np.float32)


def _histogram_kernels() -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases that give the distance of every colour value to the centre of every bin, in bins."""
    centers = np.arange(HISTOGRAM_BINS) + 0.5
    weights = [row * HISTOGRAM_BINS for row, _ in COLOR_AXES for _ in centers]
    biases = [offset * HISTOGRAM_BINS - center for _, offset in COLOR_AXES for center in centers]
    return np.array(weights, dtype=np.float32)[:, :, None, None], np.array(biases, dtype=np.float32)


def _convolve(images: np.ndarray, kernels: np.ndarray) -> np.ndarray:
    height, width = images.shape[2] - 2, images.shape[3] - 2
    return sum(
        np.einsum("kc,nchw->nkhw", kernels[:, :, y, x], images[:, :, y : y + height, x : x + width])
        for y in range(3)
        for x in range(3)
    )


def _pool(maps: np.ndarray, grid: int) -> np.ndarray:
    """Means over square cells, at least ``grid`` per row; a rest that does not fill a cell is left out."""
    count, channels, size, _ = maps.shape
    cell = size // grid
    cells = size // cell
    kept = maps[:, :, : cells * cell, : cells * cell]
    return kept.reshape(count, channels, cells, cell, cells, cell).mean(axis=(3, 5))


def feature_graph(image_size: int, input_name: str, opset: int):
    """The same features as an ONNX model: ``input_name`` [N, 3, S, S] → ``features`` [N, F]."""
    from onnx import TensorProto, helper, numpy_helper

    weights, biases = _histogram_kernels()
    constants = {
        "f_edge_kernels": _edge_kernels(),
        "f_histogram_weights": weights,
        "f_histogram_biases": biases,
        "f_epsilon": np.array(EPSILON, dtype=np.float32),
        "f_one": np.array(1, dtype=np.float32),
    }
    axes = {"axes": [1, 2, 3]} if opset < 18 else {}
    if not axes:
        constants["f_axes"] = np.array([1, 2, 3], dtype=np.int64)
    node = helper.make_node

    def cells(source: str, target: str, size: int, grid: int):
        cell = size // grid
        return node("AveragePool", [source], [target], kernel_shape=[cell, cell], strides=[cell, cell])

    nodes = [
        node("Conv", [input_name, "f_edge_kernels"], ["f_gradients"], kernel_shape=[3, 3]),
        node("Relu", ["f_gradients"], ["f_edges"]),
        cells("f_edges", "f_edge_cells", image_size - 2, EDGE_GRID),
        node("Mul", ["f_edge_cells", "f_edge_cells"], ["f_edge_squares"]),
        node("ReduceMean", ["f_edge_squares"] + ([] if axes else ["f_axes"]), ["f_energy"], keepdims=1, **axes),
        node("Add", ["f_energy", "f_epsilon"], ["f_energy_safe"]),
        node("Sqrt", ["f_energy_safe"], ["f_norm"]),
        node("Div", ["f_edge_cells", "f_norm"], ["f_edge_features"]),
        node("Conv", [input_name, "f_histogram_weights", "f_histogram_biases"], ["f_bins"], kernel_shape=[1, 1]),
        node("Abs", ["f_bins"], ["f_distances"]),
        node("Sub", ["f_one", "f_distances"], ["f_closeness"]),
        node("Relu", ["f_closeness"], ["f_votes"]),
        node("GlobalAveragePool", ["f_votes"], ["f_histogram"]),
        cells(input_name, "f_means", image_size, COLOR_GRID),
        node("Mul", [input_name, input_name], ["f_image_squares"]),
        cells("f_image_squares", "f_squares", image_size, COLOR_GRID),
    ]
    flat = []
    for name in ("f_edge_features", "f_histogram", "f_means", "f_squares"):
        nodes.append(node("Flatten", [name], [name + "_flat"], axis=1))
        flat.append(name + "_flat")
    nodes.append(node("Concat", flat, ["f_features"], axis=1))
    count = extract(np.zeros((1, 3, image_size, image_size), dtype=np.float32)).shape[1]
    graph = helper.make_graph(
        nodes,
        "image features",
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, [None, 3, image_size, image_size])],
        [helper.make_tensor_value_info("f_features", TensorProto.FLOAT, [None, count])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
