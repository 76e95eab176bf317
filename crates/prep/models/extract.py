"""Writes the weights of BlazeFace in the order in which they are used, as the 16-bit floats that the file holds.

    npm pack @mediapipe/face_detection@0.4.1657300184 && tar xzf mediapipe-face_detection-*.tgz
    pip install tflite numpy
    python extract.py package/face_detection_short_range.tflite blazeface.f16
"""
import sys, numpy, tflite
model = tflite.Model.GetRootAsModel(open(sys.argv[1], "rb").read(), 0)
graph = model.Subgraphs(0)
NAMES = {v: k for k, v in vars(tflite.BuiltinOperator).items() if not k.startswith("_")}
def kind(op):
    code = model.OperatorCodes(op.OpcodeIndex())
    return NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
ops = [graph.Operators(i) for i in range(graph.OperatorsLength())]
half = {op.Outputs(0): op.Inputs(0) for op in ops if kind(op) == "DEQUANTIZE"}
out = b""
for op in ops:
    if kind(op) not in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        continue
    for index in (op.Inputs(1), op.Inputs(2)):
        tensor = graph.Tensors(half[index])
        data = model.Buffers(tensor.Buffer()).DataAsNumpy().view(numpy.float16).reshape(tensor.ShapeAsNumpy())
        if data.ndim == 4 and kind(op) == "CONV_2D":
            data = data.transpose(1, 2, 3, 0)  # rows, columns, inputs, outputs
        out += data.astype("<f2").tobytes()
open(sys.argv[2], "wb").write(out)
