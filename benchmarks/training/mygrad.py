"""MyGrad: its tensors, its layers for networks, and steps of SGD as its documents write them."""

import mygrad as mg
from mygrad.nnet.activations import relu
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy

from .networks import RATE


def _mlp(parameters, x):
    *hidden, (w, b) = zip(parameters[::2], parameters[1::2], strict=True)
    for weight, bias in hidden:
        x = relu(mg.matmul(x, weight) + bias)
    return mg.matmul(x, w) + b


def _cnn(parameters, x):
    kernel, bias, second, second_bias, w, b = parameters
    for weight, shift in ((kernel, bias), (second, second_bias)):
        x = relu(conv_nd(x, weight, stride=1, padding=1) + shift.reshape(1, -1, 1, 1))
        x = max_pool(x, (2, 2), 2)
    return mg.matmul(x.reshape(len(x), -1), w) + b


NETWORKS = {"mlp": _mlp, "cnn": _cnn}


def step(case):
    """Forward, backward, and a step of SGD; gradients vanish when a tensor is used again."""
    arrays, (x, labels) = case.arrays()
    parameters, scores = [mg.tensor(a) for a in arrays], NETWORKS[case.network]

    def read():
        return [p.grad for p in parameters], [p.data for p in parameters]

    def call():
        softmax_crossentropy(scores(parameters, x), labels).backward()
        for p in parameters:
            p.data -= RATE * p.grad
        return read

    return call
