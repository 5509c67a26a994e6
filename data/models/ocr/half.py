"""Stores the large weights of a network as half floats (fp16), which the reader widens again when it loads them."""
import sys
import numpy as np, onnx
from onnx import TensorProto, numpy_helper as nh

LEAST = 1_000  # small tensors may be scales and thresholds; they stay as they are


def halve(t):
    if t.data_type != TensorProto.FLOAT or np.prod(t.dims) < LEAST:
        return 0
    a = nh.to_array(t)
    h = a.astype(np.float16)
    assert np.isfinite(h).all(), t.name
    t.CopyFrom(nh.from_array(h, t.name))
    return a.nbytes - h.nbytes


def main(source, target):
    m = onnx.load(source)
    saved = sum(halve(t) for t in m.graph.initializer)
    saved += sum(halve(a.t) for n in m.graph.node for a in n.attribute if n.op_type == "Constant" and a.HasField("t"))
    onnx.save(m, target)
    print(target, "saved", saved)


main(*sys.argv[1:])
