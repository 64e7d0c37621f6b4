"""The command line: ``python -m autograd_core COMMAND``, installed as ``autograd-core`` too.

===============  ==================================================================================
``entry``        the commands by name, what they print where, and how they end
``expressions``  a formula as text, read without ``eval``
``bounds``       what a formula may cost
``vocabulary``   the functions that a formula may call
``assignments``  ``x=2``, ``x=1,2,3``, ``x=@file.npy``
``gradients``    ``grad``: value and gradients beside finite differences
``verdicts``     what finite differences say of a gradient
``graphs``       ``graph``: a formula's graph in a file or the terminal
``demo``         ``demo``: the main job in a minute
``doctor``       ``info`` and ``doctor``: what is installed, and whether it works
``checks``       ``gradcheck``: a function of one's own
``tables``       ``supported`` and ``inspect``
===============  ==================================================================================

Results go to the standard output, progress and errors to the standard error. The exit code is 0
when all is well, 1 when a check failed or a file could not be written, 2 when the command was not
understood.
"""
