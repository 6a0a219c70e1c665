// A connection that tests write by hand: events in, actions out, no I/O.
#pragma once

#include "conformance/catalogue/read.hpp"
#include "conformance/engine/interpreter.hpp"

#include "cmake/catch.hpp"

namespace world {

using namespace assay;
namespace json = boost::json;

inline json::value parse(std::string_view text) {
  auto value = wire::parse_value(text);
  if (value.has_error()) throw std::runtime_error(wire::to_string(value.error()) + " in " + std::string(text));
  return std::move(*value);
}

inline std::vector<catalogue::step> steps_of(std::string_view text) {
  std::vector<catalogue::step> out;
  auto const all = parse(text);
  for (auto const& each : all.as_array()) {
    auto one = catalogue::read_struct<catalogue::step>(each);
    if (one.has_error()) throw std::runtime_error(wire::to_string(one.error()));
    out.push_back(std::move(*one));
  }
  return out;
}

/// The revisions and eras as they are; requirements and rules as a test wants them.
struct connection {
  catalogue::catalogue data;
  std::optional<message::schemas> schemas;
  engine::environment env;
  engine::traffic traffic;
  engine::bindings names;
  std::optional<engine::interpreter> running;
  std::vector<engine::action> done; ///< all actions so far
  double now = 0;

  explicit connection(std::string const& revision, std::string const& transport = "stdio",
                      message::sender subject = message::sender::server) {
    auto const store = data::store::embedded();
    data.revisions = revision::table::load(store).value();
    for (auto const& file : store.list("fixtures/eras/")) {
      auto one = catalogue::read_struct<catalogue::era>(parse(*store.read(file))).value();
      auto name = one.era;
      data.eras.emplace(std::move(name), std::move(one));
    }
    schemas.emplace(message::schemas::load(store, revision).value());
    auto const* known = data.revisions.find(revision);
    env = {&data, known, transport, &data.eras.find(known->era)->second, &*schemas, subject};
    names.set("run", engine::run_view(env));
  }
  connection(connection const&) = delete;

  /// Begins a scenario; what it does at once.
  std::vector<engine::action> start(std::string_view steps, std::set<std::string> requirements = {"x.y"},
                                    std::string_view serves = "{}") {
    running.emplace(env, steps_of(steps), parse(serves).as_object(), std::move(requirements), traffic, names);
    return go();
  }

  std::vector<engine::action> take(std::vector<engine::action> actions) {
    for (auto const& a : actions)
      traffic.note(a, now);
    done.insert(done.end(), actions.begin(), actions.end());
    return actions;
  }

  std::vector<engine::action> go() {
    std::vector<engine::action> all;
    for (int turns = 0; turns < 100; ++turns) {
      auto some = take(running->advance());
      if (some.empty()) return all;
      all.insert(all.end(), some.begin(), some.end());
    }
    FAIL("the interpreter does not come to rest");
    return all;
  }

  std::vector<engine::action> happens(engine::event const& e) {
    now += 1;
    traffic.absorb(e, now);
    return go();
  }

  std::vector<engine::action> line(std::string text) {
    return happens(engine::frame_received{0, std::move(text), false});
  }

  std::vector<engine::action> deadline() {
    auto all = take(running->deadline_passed());
    auto more = go();
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// The text of the n-th line that we sent.
  json::value sent(std::size_t n) const {
    std::size_t seen = 0;
    for (auto const& a : done)
      if (auto const* l = std::get_if<engine::send_line>(&a); l && seen++ == n) return parse(l->text);
    return "nothing was sent";
  }

  engine::check_result result(std::string const& id = "x.y") const {
    for (auto const& r : running->results())
      if (r.requirement == id) return r;
    throw std::runtime_error("no result of " + id);
  }
};

} // namespace world
