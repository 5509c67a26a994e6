"""Stores the large weights of a network as bytes with a scale for each output and each input, smaller ones as half floats (fp16).

The reader turns both into floats once, when it loads the network: halves by itself, bytes by Cast and Mul of constants, which it
computes beforehand. It reads with floats as before. Names after the two files are weights to be kept as half floats.
"""
import sys
import numpy as np, onnx
from onnx import TensorProto, helper, numpy_helper as nh

LEAST = 1_000  # smaller tensors may be scales and thresholds; they stay as they are
MANY = 10_000  # smaller weights stay half floats: some of the first layers need them, and they save next to nothing
POWERS = (0, 0.25, 0.5, 0.75, 1)  # how far an input's scale follows its largest weight


def outputs(graph, name):
    """The axis of a weight's outputs; none for what is no weight or has a handful of numbers for each, as depthwise layers have."""
    users = [n for n in graph.node if name in n.input]
    if len(users) != 1 or list(users[0].input).index(name) != 1:
        return None
    if users[0].op_type == "Conv":
        return 0 if all(a.i == 1 for a in users[0].attribute if a.name == "group") else None
    return {"MatMul": 1}.get(users[0].op_type)


def most(a, axis):
    """The largest number of each slice along an axis."""
    return np.maximum(np.abs(a).max(axis=tuple(i for i in range(a.ndim) if i != axis), keepdims=True), 1e-9)


def eighth(a, axis):
    """Whole numbers of -127 to 127, the scale of each output and that of each input: those of the least squared error."""
    tries = []
    for power in POWERS:
        inward = (most(a, 1 - axis) ** power).astype(np.float32)
        outward = (most(a / inward, axis) / 127).astype(np.float32)
        q = np.clip(np.rint(a / inward / outward), -127, 127).astype(np.int8)
        tries.append((((q * outward * inward - a) ** 2).sum(), power, q, outward, inward))
    return min(tries, key=lambda t: t[:2])[2:]


def main(source, target, *spared):
    m = onnx.load(source)
    g, tensors, nodes = m.graph, [], []
    for t in g.initializer:
        axis = outputs(g, t.name)
        if t.data_type != TensorProto.FLOAT or np.prod(t.dims) < LEAST:
            tensors.append(t)
        elif axis is None or np.prod(t.dims) < MANY or t.name in spared:
            half = nh.to_array(t).astype(np.float16)
            assert np.isfinite(half).all(), t.name
            tensors.append(nh.from_array(half, t.name))
        else:
            q, outward, inward = (t.name + end for end in (".q", ".o", ".i"))
            tensors += map(nh.from_array, eighth(nh.to_array(t), axis), (q, outward, inward))
            nodes.append(helper.make_node("Cast", [q], [q + "f"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [q + "f", outward], [q + "o"]))
            nodes.append(helper.make_node("Mul", [q + "o", inward], [t.name]))
    nodes += g.node  # what the network computes comes after its weights
    del g.initializer[:], g.node[:]
    g.initializer.extend(tensors)
    g.node.extend(nodes)
    onnx.save(m, target)
    print(target, "has", m.ByteSize(), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
