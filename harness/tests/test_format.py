"""C++ is formatted as .clang-format says, by the version that CONTRIBUTING.md names; another one would format otherwise."""
import shutil
import subprocess

import programs
import pytest
import tree

FORMAT = "clang-format-19"


def unformatted(paths):
    done = subprocess.run([FORMAT, "--dry-run", "-Werror", *map(str, paths)], cwd=programs.ROOT, capture_output=True, text=True)
    return {line.split(":")[0] for line in done.stderr.splitlines() if "clang-format" in line}


@pytest.mark.skipif(not shutil.which(FORMAT), reason=f"{FORMAT} is not there: harness/setup --clang installs it")
def test_code_is_formatted():
    assert not (found := unformatted(tree.files(tree.CPP))), f"{FORMAT} -i {' '.join(sorted(found))}"


@pytest.mark.skipif(not shutil.which(FORMAT), reason=f"{FORMAT} is not there: harness/setup --clang installs it")
def test_code_that_is_not_formatted_is_seen(tmp_path):
    (tmp_path / "bad.cpp").write_text("int  f( ){return 1 ;}\n")
    (tmp_path / "good.cpp").write_text("int f();\n")
    shutil.copy(programs.ROOT / ".clang-format", tmp_path)
    assert unformatted([tmp_path / "bad.cpp", tmp_path / "good.cpp"]) == {str(tmp_path / "bad.cpp")}
