"""How Sphinx builds the site: ``python -m sphinx -W -b html docs docs/_build/html``.

Nothing is fetched, when the site is built or when it is read. What is written by the build lies in
``docs/api`` (the reference), ``docs/gallery`` (the examples, run), ``docs/extra`` (interactive
graphs) and the folder named above.
"""

import os
import sys
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order, whatever the machine
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])

import make_figures  # noqa: E402  (they stand beside this file)
import make_gallery  # noqa: E402
import make_pages  # noqa: E402
import make_reference  # noqa: E402

import autograd_core  # noqa: E402

project = "autograd-core"
author = "the autograd-core developers"
copyright = author
version = release = autograd_core.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = [
    "_build",
    make_gallery.STAGE.name,
    "gallery/*.md5",
    "gallery/*.py",
    "gallery/*.zip",
]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
language = "en"
if intersphinx := os.environ.get("DOCS_INTERSPHINX"):  # off: it asks the network
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "numpy": ("https://numpy.org/doc/stable/", None),
        "scipy": ("https://docs.scipy.org/doc/scipy/", None),
    }

# Markdown: pytest runs the same files, and people read them as they are
myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]
myst_enable_extensions = ["colon_fence", "deflist"]

# the reference
autodoc_typehints = "none"  # docstrings say it, with shapes
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_param = False  # several names may share one line
napoleon_custom_sections = ["Shapes"]
add_module_names = False
toc_object_entries_show_parents = "hide"
python_display_short_literal_types = True
python_maximum_signature_line_length = 88

# the examples
sphinx_gallery_conf = make_gallery.CONFIGURATION

# looks
html_theme = "pydata_sphinx_theme"
html_title = "autograd-core"
html_static_path = ["_static"]
html_extra_path = ["extra"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "autograd-core"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 7,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .go"


def anchors(app, name, text):
    """Turn the anchors that other readers of Markdown take, ``<a id=…>``, into Sphinx's own."""
    del app, name
    lines = text[0].split("\n")
    for place, line in enumerate(lines):
        if line.startswith('<a id="') and line.endswith('"></a>'):
            lines[place] = f"({line[7:-6]})="
        elif line == "```" and not lines[place - 1]:
            lines[place - 1 : place + 1] = ["```", ""]  # doctest needs a blank line, a reader none
    text[0] = "\n".join(lines)


class Mermaid(Directive):
    """A block of Mermaid, drawn when the site is built."""

    has_content = True

    def run(self):
        """The figure, as a part of the page, so that it has the colors of its theme."""
        svg = make_figures.draw("\n".join(self.content))
        return [nodes.raw("", f'<figure class="graph">{svg}</figure>', format="html")]


def setup(app):
    """Connect what stands in the modules beside this file."""
    app.add_directive("mermaid", Mermaid)
    app.connect("source-read", anchors)
    app.connect("autodoc-process-docstring", make_reference.plain, priority=1)  # before napoleon
    app.connect("autodoc-process-signature", make_reference.signature)
    app.connect("autodoc-process-bases", make_reference.public)
    app.connect("autodoc-skip-member", make_reference.foreign)
    app.connect("config-inited", lambda *_: make_gallery.stage(), priority=1)
    app.connect("config-inited", lambda *_: make_pages.write(HERE / "extra" / "graphs"), priority=1)
    app.connect("config-inited", lambda *_: make_reference.write(HERE / "api"), priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
