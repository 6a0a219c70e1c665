#include "reference/faults/mutant.hpp"

#include "reference/wire/message.hpp"
#include "reference/wire/patch.hpp"

#include <boost/url/grammar/ci_string.hpp>

#include <algorithm>

namespace assay::faults {
namespace {

wire::problem wrong(std::string where, std::string what) {
  return {std::move(where), std::move(what), "schemas/assay/mutant.json says what a mutant looks like"};
}

wire::result<frame_pattern> read_pattern(json::value const& from, std::string const& where) {
  if (!from.is_object()) return wrong(where, "an object of pointers is wanted");
  frame_pattern made;
  for (auto const& [pointer, wanted] : from.get_object())
    made.emplace_back(pointer, wanted);
  return made;
}

wire::result<rewrite> read_rewrite(json::value const& from, std::string const& where) {
  auto const* const object = from.if_object();
  if (!object) return wrong(where, "a rewrite is an object");
  rewrite made;
  bool matches = false;
  for (auto const& [name, value] : *object) {
    auto const here = where + "/" + std::string(name);
    if (name == "match" || name == "after" || name == "until") {
      auto pattern = read_pattern(value, here);
      if (!pattern) return pattern.error();
      matches = matches || name == "match";
      if (name == "match")
        made.match = std::move(*pattern);
      else
        (name == "after" ? made.after : made.until) = std::move(*pattern);
    } else if (name == "patch") {
      if (!value.is_array()) return wrong(here, "a JSON Patch is wanted");
      made.patch = value.get_array();
    } else if (name == "drop") {
      if (!value.is_bool() || !value.get_bool()) return wrong(here, "true is wanted");
      made.drop = true;
    } else if (name == "repeat") {
      if (!wire::is_integer(value)) return wrong(here, "a number of times is wanted");
      auto const times = value.to_number<double>();
      if (times < 1 || times > 100) return wrong(here, "1 to 100 times");
      made.repeat = static_cast<unsigned>(times);
    } else if (name == "before" && value.is_array()) {
      made.messages_before.assign(value.get_array().begin(), value.get_array().end());
    } else if (name == "replace" || name == "before" || name == "behind" || name == "method") {
      if (!value.is_string()) return wrong(here, "a string is wanted");
      (name == "replace"  ? made.replace
       : name == "before" ? made.before
       : name == "behind" ? made.behind
                          : made.method) = std::string(value.get_string());
    } else if (name == "status") {
      if (!wire::is_integer(value)) return wrong(here, "a status code is wanted");
      auto const status = value.to_number<double>();
      if (status < 100 || status > 999) return wrong(here, "100 to 999");
      made.status = static_cast<int>(status);
    } else if (name == "headers") {
      if (!value.is_object()) return wrong(here, "an object of headers is wanted");
      for (auto const& [header, to] : value.get_object()) {
        if (!to.is_string() && !to.is_null()) return wrong(here, "a header is set to a string or removed by null");
        made.headers.push_back(
            {std::string(header), to.is_string() ? std::optional<std::string>(to.get_string().c_str()) : std::nullopt});
      }
    } else {
      return wrong(here, "there is no such action");
    }
  }
  if (!matches) return wrong(where, "match is missing");
  if (made.drop && !made.messages_before.empty())
    return wrong(where, "a message in place of another is a patch, not a drop with messages before it");
  return made;
}

bool matches(frame_pattern const& pattern, json::value const& view) {
  return std::all_of(pattern.begin(), pattern.end(), [&](auto const& wanted) {
    auto const* const found = wire::find(view, wanted.first);
    if (wanted.second.is_null()) return !found || found->is_null();
    return found && wire::equal(*found, wanted.second);
  });
}

std::string_view kind_of(frame const& of) {
  if (of.message) return wire::to_string(wire::classify(*of.message));
  return of.text.empty() ? "none" : "invalid";
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), boost::urls::grammar::to_lower);
  return text;
}

} // namespace

bool mutant::has(fault which) const {
  return std::find(faults.begin(), faults.end(), which) != faults.end();
}

wire::result<void> add_mutant(mutant& to, std::string_view text, std::string_view role) {
  auto const parsed = wire::parse_value(text);
  if (!parsed) return wrong("--fault", "no JSON: " + parsed.error().where + ", " + parsed.error().what);
  auto const* const object = parsed->if_object();
  if (!object) return wrong("--fault", "a mutant is an object");
  if (auto const* const of = object->if_contains("role"); of && *of != json::value(role))
    return wrong("/role", "this mutant is not one of a " + std::string(role));
  auto const* const named = object->if_contains("fault");
  auto const* const rewrites = object->if_contains("rewrite");
  if (!named == !rewrites) return wrong("--fault", "a mutant has either rewrite or fault");
  if (named) {
    auto const which = named->is_string() ? find_fault(named->get_string()) : std::nullopt;
    if (!which) return wrong("/fault", "there is no fault of this name");
    to.faults.push_back(*which);
    return {};
  }
  auto const list = rewrites->is_array() ? rewrites->get_array() : json::array{*rewrites};
  std::size_t number = 0;
  for (auto const& one : list) {
    auto made = read_rewrite(one, "/rewrite/" + std::to_string(number++));
    if (!made) return made.error();
    to.rewrites.push_back(std::move(*made));
  }
  return {};
}

json::value view_of(frame const& of) {
  json::object view{{"direction", of.direction}, {"kind", kind_of(of)}};
  if (of.message)
    view["message"] = *of.message;
  else if (!of.text.empty())
    view["text"] = of.text;
  if (of.request && !of.request->is_null()) view["request"] = *of.request;
  if (of.http) {
    json::object http{{"method", of.method}, {"headers", of.headers}};
    if (of.status) http["status"] = of.status;
    if (!of.spelled.empty()) http["spelled"] = of.spelled;
    if (!of.part.empty()) http["part"] = of.part;
    view["http"] = std::move(http);
  }
  return view;
}

rewritten apply(mutant const& with, frame of) {
  memory fresh;
  return apply(with, std::move(of), fresh);
}

rewritten apply(mutant const& with, frame of, memory& passed) {
  for (auto i = passed.open.size(); i < with.rewrites.size(); ++i)
    passed.open.push_back(!with.rewrites[i].after);
  auto const came = view_of(of);
  rewritten out;
  bool patched = false;
  std::size_t index = 0;
  for (auto const& one : with.rewrites) {
    if (!passed.open[index++] || !matches(one.match, view_of(of))) continue;
    if (one.patch) {
      // A frame without a message can be given one: its pointer "" is where the message would stand.
      auto target = of.message ? *of.message : json::value(nullptr);
      if (wire::apply_patch(target, *one.patch)) {
        of.message = std::move(target);
        patched = true;
        out.text.reset();
      }
    }
    if (one.replace) out.text = one.replace;
    if (one.before) out.before += *one.before;
    if (one.behind) out.behind += *one.behind;
    if (one.method) out.method = one.method;
    for (auto const& message : one.messages_before)
      out.messages.push_back(wire::serialize(message));
    if (one.drop) out.drop = true;
    out.repeat += one.repeat;
    if (one.status) out.status = one.status, of.status = *one.status;
    for (auto const& change : one.headers) {
      out.headers.push_back(change);
      auto const name = lower(change.name);
      if (change.value)
        of.headers[name] = *change.value;
      else
        of.headers.erase(name);
    }
  }
  if (patched && !out.text) out.text = wire::serialize(*of.message);
  for (std::size_t i = 0; i < with.rewrites.size(); ++i) {
    auto const& one = with.rewrites[i];
    if (one.after && matches(*one.after, came)) passed.open[i] = true;
    if (one.until && matches(*one.until, came)) passed.open[i] = false;
  }
  return out;
}

} // namespace assay::faults
