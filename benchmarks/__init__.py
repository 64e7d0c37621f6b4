"""Our speed and memory beside our peers', in one interleaved run: ``python -m benchmarks``.

``goals`` says what is promised, ``cases`` and ``programs`` what is computed, ``libraries`` how
each library does it, ``checks`` whether the result is right; ``worker`` measures inside one
process, ``turns`` lets the processes take turns, and ``report`` prints what came out.
"""
