// /proc/<id>/stat holds the parent: one pass over /proc lists all processes, then the tree is walked from its root.
// With bare system calls, because readdir and streams allocate.
#include "reference/transport/process_tree.hpp"

#include <cstdint>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace assay::transport {
namespace {

/// Decimal digits at the start of the text; -1 when there are none.
long number_at(char const* text) {
  if (*text < '0' || *text > '9') return -1;
  long out = 0;
  while (*text >= '0' && *text <= '9' && out < 100'000'000)
    out = out * 10 + (*text++ - '0');
  return out;
}

/// Reads the start of /proc/<name>/stat.
bool read_link(char const* name, process_link& out) {
  char path[64] = "/proc/";
  std::size_t const length = ::strnlen(name, 20);
  std::memcpy(path + 6, name, length);
  std::memcpy(path + 6 + length, "/stat", 6);
  int const file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[512];
  auto const count = ::read(file, text, sizeof text - 1);
  ::close(file);
  if (count <= 0) return false;
  text[count] = 0;
  // "id (name) state parent ...": the name may hold anything, also a parenthesis.
  char const* const end_of_name = std::strrchr(text, ')');
  if (end_of_name == nullptr || end_of_name + 4 > text + count) return false;
  out.id = static_cast<pid_t>(number_at(text));
  out.parent = static_cast<pid_t>(number_at(end_of_name + 4));
  out.zombie = end_of_name[2] == 'Z' || end_of_name[2] == 'X';
  return true;
}

std::size_t list_all(std::span<process_link> room) {
  int const directory = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return 0;
  std::size_t found = 0;
  alignas(std::uint64_t) char entries[8192];
  for (;;) {
    // The bare call: readdir allocates.
    long const count = ::syscall(SYS_getdents64, directory, entries, sizeof entries);
    if (count <= 0) break;
    for (long at = 0; at < count;) {
      // struct linux_dirent64: inode and offset (8 bytes each), record length (2), type (1), name
      std::uint16_t size = 0;
      std::memcpy(&size, entries + at + 16, sizeof size);
      char const* const name = entries + at + 19;
      at += size;
      if (number_at(name) > 0 && found < room.size() && read_link(name, room[found])) ++found;
    }
  }
  ::close(directory);
  return found;
}

} // namespace

std::size_t descendants(pid_t root, std::span<process_link> room) {
  auto const all = room.first(list_all(room));
  // What is below the root gathers at the front; each of those then pulls its own children there.
  std::size_t below = 0;
  auto const pull_children_of = [&](pid_t parent) {
    for (std::size_t i = below; i < all.size(); ++i)
      if (all[i].parent == parent) std::swap(all[i], all[below++]);
  };
  pull_children_of(root);
  for (std::size_t i = 0; i < below; ++i)
    pull_children_of(all[i].id);
  std::size_t count = 0;
  for (std::size_t i = 0; i < below; ++i)
    if (!all[i].zombie) all[count++] = all[i];
  return count;
}

std::string process_name(pid_t id) {
  std::string const path = "/proc/" + std::to_string(id) + "/comm";
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  char text[64];
  auto const count = ::read(file, text, sizeof text);
  ::close(file);
  std::string out(text, count > 0 ? static_cast<std::size_t>(count) : 0);
  while (!out.empty() && out.back() == '\n')
    out.pop_back();
  return out;
}

} // namespace assay::transport
