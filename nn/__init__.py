"""Neural networks on top of autograd_core: layers, losses, optimizers.

The package is reserved and still empty: the layers arrive in it one family at a time.
What runs today is the engine, ``autograd_core``.

>>> import nn
>>> nn.__dist__
'autograd-core'
"""

__dist__ = "autograd-core"
