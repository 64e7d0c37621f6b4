"""The examples as sphinx-gallery takes them: staged by sections, titled, run, their pictures found.

The site's build runs each file of ``examples/`` in full. With ``DOCS_STEPS=2`` in the environment
each is run as ``main(steps=2)``, which shows that it runs and takes seconds.
"""

import ast
import os
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"
STAGE = HERE / "gallery_sources"
STEPS = os.environ.get("DOCS_STEPS", "")
PICTURES = (".png", ".gif", ".svg")
PAGES = HERE / "extra" / "graphs"  # interactive graphs, beside the site's pages
TITLES = {  # where the file's name does not say it well enough
    "articles": "Both articles",
    "bilevel_ridge": "A penalty chosen by its gradient",
    "character_gru": "A GRU that writes",
    "character_transformer": "A transformer that writes",
    "checkpointing": "Memory and checkpoints",
    "derivatives_of_tanh": "Six derivatives of tanh",
    "digits_from_primitives": "Digits, from primitives",
    "dropconnect": "DropConnect and Dropout",
    "expression": "sin(x1) + x1·x2",
    "graph_gallery": "Every way to look at a graph",
    "hero": "The picture of the README",
    "gaussian_process": "A Gaussian process",
    "heat_inverse": "Heat, turned back",
    "lotka_volterra": "Hares and lynxes",
    "optimize_with_scipy": "Rosenbrock with SciPy",
    "pipeline": "Pipelines and searches",
    "spiral": "Three spiral arms",
    "tiny_engine": "A tiny engine",
}
SECTIONS = {  # title: the files, in this order; what is nowhere stands in the last one
    "First steps": "hero expression derivatives_of_tanh graph_gallery tiny_engine",
    "Networks": "spiral circles_and_moons articles overfitting digits digits_from_primitives "
    "dropconnect adversarial_digit autoencoder character_gru character_transformer diabetes "
    "pipeline",
    "Science and optimization": "optimize_with_scipy constrained_design curve_fitting "
    "gaussian_process eight_schools lotka_volterra heat_inverse bilevel_ridge",
    "The engine at work": "black_boxes checkpointing",
}
*_, REST = SECTIONS
THUMBNAILS = {"expression": "extra/graphs/expression.svg"}  # of pages without a picture


def section(stem: str) -> str:
    """The title of the section in which an example stands."""
    return next((title for title, stems in SECTIONS.items() if stem in stems.split()), REST)


def heading(text: str) -> str:
    """A title in reStructuredText."""
    return f"{text}\n{'=' * len(text)}\n"


def titled(path: Path) -> str:
    """The source of an example whose docstring begins with a title; it runs ``main()``."""
    source = path.read_text("utf-8")
    said = ast.get_docstring(ast.parse(source), clean=False)
    title = TITLES.get(path.stem) or path.stem.replace("_", " ").capitalize()
    source = source.replace(said, f"{heading(title)}\n{said}", 1)
    if path.stem in THUMBNAILS:
        source += f"# sphinx_gallery_thumbnail_path = {THUMBNAILS[path.stem]!r}\n"
    if STEPS:
        before, call, after = source.rpartition("\n    main()")
        source = f"{before}\n    main(steps={int(STEPS)}){after}" if call else source
    return source


def stage() -> None:
    """Write the sections: folders that sphinx-gallery reads. What is up to date is left alone."""
    wanted = {STAGE / "GALLERY_HEADER.rst": heading("Gallery") + "\n" + INTRODUCTION}
    for number, title in enumerate(SECTIONS):
        folder = STAGE / f"{number + 1}-{title.split()[0].lower()}"
        wanted[folder / "GALLERY_HEADER.rst"] = heading(title)
        for path in sorted(EXAMPLES.glob("*.py")):
            if section(path.stem) == title:
                wanted[folder / path.name] = titled(path)
    for path in [p for p in STAGE.rglob("*") if p.is_file() and p not in wanted]:
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")


INTRODUCTION = """\
Each page is one file of ``examples/``, run when this site was built: what it prints and draws is
shown under its code, with the time it took and the file to download. Nothing is fetched from
anywhere. :doc:`../examples` lists the number that each one reaches.
"""


def place(name: str) -> tuple[int, str]:
    """Where a file stands in its section, for sorting."""
    stem = Path(name).stem
    order = SECTIONS[section(stem)].split()
    return (order.index(stem) if stem in order else len(order), stem)


def pictures(block, variables, configuration, **options):
    """Move what an example has drawn, pictures and interactive graphs, to where its page shows it.

    A scraper of sphinx-gallery. Examples run beside each other in one folder: an example's are the
    files of its own name, and those in a folder that it names.
    """
    from sphinx_gallery.scrapers import figure_rst

    del block, options
    paths, found, pages = variables["image_path_iterator"], [], ""
    script = Path(variables["src_file"])
    own = [path for path in Path.cwd().iterdir() if path.stem == script.stem]
    for folder in filter(Path.is_dir, Path.cwd().iterdir()):
        if f'Path("{folder.name}")' in script.read_text("utf-8"):  # others run beside this one
            own += [*folder.glob("styles.png"), *folder.glob("*.html")]
    for path in sorted(own):
        if path.suffix in PICTURES:
            target = Path(next(paths)).with_suffix(path.suffix)
            shutil.move(path, target)
            found.append(str(target))
        elif path.suffix == ".html":
            name = f"{script.stem}-{path.name}"
            PAGES.mkdir(parents=True, exist_ok=True)
            shutil.move(path, PAGES / name)
            pages += FRAME.format(name=name)
    return figure_rst(found, configuration["src_dir"]) + pages


FRAME = """
.. raw:: html

    <iframe src="../../graphs/{name}" class="graph-page" title="{name}" loading="lazy"></iframe>
"""
CONFIGURATION = {
    "examples_dirs": [str(STAGE)],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"\.py$",
    "image_scrapers": ("make_gallery.pictures",),
    "within_subsection_order": "make_gallery.place",
    "default_thumb_file": str(HERE / "_static" / "prompt.svg"),
    "abort_on_example_error": True,
    "capture_repr": (),
    "download_all_examples": False,
    "min_reported_time": 0,
    "write_computation_times": False,
    "show_memory": False,
    "show_signature": False,
    "remove_config_comments": True,
    "parallel": min(2, os.cpu_count() or 1),
    "plot_gallery": "True",
    "reset_modules": ("matplotlib",),
}
