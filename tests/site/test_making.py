import os
from pathlib import Path

from dlbook.record.records import Project
from dlbook.site.building.making import figure_inputs, file_states


def test_the_fingerprint_changes_with_every_kind_of_edit(tmp_path: Path):
    file = tmp_path / "a.py"
    file.write_text("1")
    seen = {file_states([tmp_path])}
    os.utime(file, ns=(1, 1))
    seen.add(file_states([tmp_path]))
    file.write_text("12")
    os.utime(file, ns=(1, 1))
    seen.add(file_states([tmp_path]))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.py").write_text("")
    seen.add(file_states([tmp_path]))
    file.unlink()
    seen.add(file_states([tmp_path]))
    assert len(seen) == 5


def test_compiled_files_do_not_count(tmp_path: Path):
    before = file_states([tmp_path])
    (tmp_path / "a.pyc").write_text("")
    assert file_states([tmp_path]) == before


def test_scripts_package_records_and_pointers_are_inputs_and_pages_are_not(project: Project):
    seen = figure_inputs(project)
    for name in (
        "figures_src/a.py",
        "dlbook/b.py",
        "results/c.json",
        "registered/e.json",
        ".cache/dlbook/made/d.json",
    ):
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        assert figure_inputs(project) != seen, name
        seen = figure_inputs(project)
    (project.root / "docs").mkdir()
    (project.root / "docs" / "a.md").write_text("")
    assert figure_inputs(project) == seen
