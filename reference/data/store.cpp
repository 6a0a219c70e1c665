#include "reference/data/store.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <openssl/evp.h>

extern "C" {
// The records that cmake/pack_data.cmake lays out.
extern char const assay_data_begin[];
extern char const assay_data_end[];
}

namespace assay::data {
namespace {

namespace fs = std::filesystem;

/// A folder given by mistake (a home directory, say) must not fill the memory.
constexpr std::uintmax_t largest_file = std::uintmax_t(64) << 20;
constexpr std::uintmax_t largest_total = std::uintmax_t(512) << 20;
constexpr std::size_t most_files = 100'000;

wire::problem cannot_read(fs::path const& path, std::string why) {
  return {path.string(), "cannot be read: " + std::move(why), ""};
}

bool is_skipped(std::string const& file_name) {
  return file_name.empty() || file_name.front() == '.' || file_name.back() == '~';
}

/// The files of one folder, with their names from the root on.
wire::result<void> collect(fs::path const& root, std::string const& below, std::vector<std::string>& names) {
  std::error_code ec;
  fs::recursive_directory_iterator at(root / below, ec);
  for (; !ec && at != fs::recursive_directory_iterator(); at.increment(ec)) {
    if (is_skipped(at->path().filename().string())) {
      if (at->is_directory(ec)) at.disable_recursion_pending();
      ec.clear();
      continue;
    }
    if (!at->is_regular_file(ec)) {
      ec.clear(); // a link to nowhere is no file
      continue;
    }
    if (names.size() == most_files) {
      return wire::problem{root.string(), "has more than " + std::to_string(most_files) + " data files",
                           "is this the right folder?"};
    }
    names.push_back(at->path().lexically_relative(root).generic_string());
  }
  if (ec) return cannot_read(root / below, ec.message());
  return {};
}

wire::result<std::string> read_file(fs::path const& path) {
  std::error_code ec;
  auto const size = fs::file_size(path, ec);
  if (ec) return cannot_read(path, ec.message());
  if (size > largest_file) return wire::problem{path.string(), "is larger than 64 MiB", "data files are small"};
  std::string text(size, '\0');
  std::ifstream in(path, std::ios::binary);
  if (!in) return cannot_read(path, std::strerror(errno));
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (in.gcount() != static_cast<std::streamsize>(size)) return cannot_read(path, "it became shorter meanwhile");
  return wire::result<std::string>(boost::system::in_place_value,
                                   std::move(text)); // a problem, too, is made of a string
}

} // namespace

store store::embedded() {
  store out;
  char const* at = assay_data_begin;
  while (at != assay_data_end) {
    std::uint32_t lengths[2];
    std::memcpy(lengths, at, sizeof lengths);
    at += sizeof lengths;
    std::string_view const name(at, lengths[0]);
    at += lengths[0];
    out.texts_.emplace(name, std::string_view(at, lengths[1]));
    at += lengths[1];
  }
  return out;
}

wire::result<store> store::folder(std::string const& folder) {
  fs::path const root(folder);
  std::error_code ec;
  if (!fs::is_directory(root, ec))
    return wire::problem{folder, "is no folder", "name the one that holds fixtures and schemas"};
  std::vector<std::string> names;
  bool any = false;
  for (char const* below : {"fixtures", "schemas"}) {
    if (!fs::is_directory(root / below, ec)) continue;
    any = true;
    if (auto const done = collect(root, below, names); !done) return done.error();
  }
  if (!any) return wire::problem{folder, "has neither a folder fixtures nor a folder schemas", ""};
  auto owned = std::make_shared<std::deque<std::string>>();
  std::uintmax_t total = 0;
  store out;
  for (auto& name : names) {
    auto text = read_file(root / name);
    if (!text) return text.error();
    total += text->size();
    if (total > largest_total)
      return wire::problem{folder, "holds more than 512 MiB of data", "is this the right folder?"};
    owned->push_back(std::move(*text));
    out.texts_.emplace(std::move(name), owned->back());
  }
  out.owned_ = std::move(owned);
  return out;
}

std::optional<std::string_view> store::read(std::string_view name) const {
  auto const found = texts_.find(name);
  if (found == texts_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> store::list(std::string_view prefix) const {
  std::vector<std::string> out;
  for (auto at = texts_.lower_bound(prefix); at != texts_.end() && at->first.starts_with(prefix); ++at)
    out.push_back(at->first);
  return out;
}

std::string store::digest() const {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  auto const add = [&](std::string_view bytes) {
    good = good && EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1;
  };
  for (auto const& [name, text] : texts_) {
    add(name);
    add(" " + std::to_string(text.size()) + "\n");
    add(text);
  }
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  good = good && EVP_DigestFinal_ex(context.get(), hash, &length) == 1;
  if (!good) throw std::runtime_error("OpenSSL cannot compute SHA-256");
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += hex[hash[i] >> 4];
    out += hex[hash[i] & 15];
  }
  return out;
}

} // namespace assay::data
