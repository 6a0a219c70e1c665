// The store: what the binary carries is what the folder holds, and folders that are none are told.
#include "cmake/catch.hpp"
#include "reference/data/store.hpp"
#include "reference/wire/test/show_result.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;
using assay::data::store;

namespace {

/// A folder for one test, gone afterwards.
struct scratch {
  fs::path path;
  scratch() {
    std::string name = (fs::temp_directory_path() / "assay-store-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path = name;
  }
  ~scratch() { fs::remove_all(path); }
  void write(std::string const& name, std::string_view text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  store read() const { return store::folder(path.string()).value(); }
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("the binary carries the data files of the project") {
  auto const inside = store::embedded();
  auto const outside = store::folder(ASSAY_SOURCE_DIR);
  REQUIRE(outside);
  CHECK(inside.list("").size() > 2);
  CHECK(inside.list("") == outside->list(""));
  for (auto const& name : inside.list("")) {
    CAPTURE(name);
    CHECK((name.starts_with("fixtures/") || name.starts_with("schemas/")));
    CHECK(inside.read(name) == outside->read(name));
  }
  CHECK(inside.digest() == outside->digest());
  REQUIRE(inside.read("fixtures/revisions.json"));
  std::ifstream file(std::string(ASSAY_SOURCE_DIR) + "/fixtures/revisions.json", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  CHECK(inside.read("fixtures/revisions.json") == text.str());
}

TEST_CASE("a folder is read as it is") {
  scratch s;
  std::string const bytes("\0\xFF\r\n\"\\;[]${x}@y@", 17);
  s.write("fixtures/b.json", "{}");
  s.write("fixtures/a/raw.bin", bytes);
  s.write("fixtures/a/empty", "");
  s.write("schemas/x.json", "[]");
  s.write("other/no.json", "1");
  s.write("fixtures/.hidden", "1");
  s.write("fixtures/.git/config", "1");
  s.write("fixtures/old.json~", "1");
  auto const data = s.read();
  CHECK(data.list("") == names{"fixtures/a/empty", "fixtures/a/raw.bin", "fixtures/b.json", "schemas/x.json"});
  CHECK(data.list("fixtures/a/") == names{"fixtures/a/empty", "fixtures/a/raw.bin"});
  CHECK(data.list("fixtures/b.json") == names{"fixtures/b.json"});
  CHECK(data.list("z").empty());
  CHECK(data.read("fixtures/a/raw.bin") == bytes);
  CHECK(data.read("fixtures/a/empty") == "");
  CHECK_FALSE(data.read("fixtures/a"));
  CHECK_FALSE(data.read("other/no.json"));
  CHECK_FALSE(data.read("fixtures/../fixtures/b.json"));
}

TEST_CASE("a copy outlives the store it was made from") {
  scratch s;
  s.write("fixtures/a", "short");
  std::optional<store> first = s.read();
  store const copy = *first;
  first.reset();
  CHECK(copy.read("fixtures/a") == "short");
}

TEST_CASE("the digest is SHA-256 over names and texts") {
  scratch s;
  fs::create_directory(s.path / "schemas");
  CHECK(s.read().digest() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  s.write("fixtures/a", "x");
  auto const one = s.read().digest();
  CHECK(one.size() == 64);
  CHECK(one == s.read().digest());
  s.write("fixtures/a", "y");
  CHECK(s.read().digest() != one);
  s.write("fixtures/a", "x");
  s.write("fixtures/b", "");
  CHECK(s.read().digest() != one);
}

TEST_CASE("folders that cannot be read are told") {
  scratch s;
  auto const neither = store::folder(s.path.string());
  REQUIRE_FALSE(neither);
  CHECK(neither.error().where == s.path.string());
  CHECK_FALSE(store::folder((s.path / "absent").string()));
  CHECK_FALSE(store::folder(""));
  s.write("fixtures", "a file where a folder should be");
  CHECK_FALSE(store::folder(s.path.string()));
}

TEST_CASE("links to nowhere and to folders are left out") {
  scratch s;
  s.write("fixtures/a", "1");
  s.write("elsewhere/b", "2");
  fs::create_symlink(s.path / "absent", s.path / "fixtures/broken");
  fs::create_directory_symlink(s.path / "elsewhere", s.path / "fixtures/linked");
  fs::create_directory_symlink(s.path / "fixtures", s.path / "fixtures/round");
  CHECK(s.read().list("") == names{"fixtures/a"});
}
