// Reads described structs from JSON: members that the text leaves out keep their defaults.
#pragma once

#include "reference/wire/json.hpp"

#include <boost/json.hpp>

namespace assay::catalogue {

/// Problems: a member has another type; `where` is left to the caller, who knows the file.
template <class T>
wire::result<T> read_struct(boost::json::value const& from);

namespace detail {

template <class T>
constexpr bool described = boost::describe::has_describe_members<T>::value;

template <class T>
struct element_of {
  using type = void;
};
template <class E>
struct element_of<std::vector<E>> {
  using type = E;
};
template <class E>
struct element_of<std::map<std::string, E>> {
  using type = E;
};

template <class T>
wire::result<void> read_into(T& target, boost::json::value const& from, std::string const& at) {
  using element = typename element_of<T>::type;
  if constexpr (described<T>) {
    if (!from.is_object()) return wire::problem{at, "is no object", {}};
    wire::result<void> outcome;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_any_access>>([&](auto member) {
      if (outcome.has_error()) return;
      if (auto const* value = from.get_object().if_contains(member.name))
        outcome = read_into(target.*member.pointer, *value, at + "/" + member.name);
    });
    return outcome;
  } else if constexpr (described<element>) {
    using boost::json::array;
    using boost::json::object;
    if constexpr (requires { target.push_back(element{}); }) {
      if (!from.is_array()) return wire::problem{at, "is no array", {}};
      for (auto const& item : from.get_array()) {
        element value;
        if (auto r = read_into(value, item, at + "/" + std::to_string(target.size())); r.has_error()) return r;
        target.push_back(std::move(value));
      }
    } else {
      if (!from.is_object()) return wire::problem{at, "is no object", {}};
      for (auto const& [name, item] : from.get_object()) {
        element value;
        if (auto r = read_into(value, item, at + "/" + wire::pointer_token(name)); r.has_error()) return r;
        target.emplace(std::string(name), std::move(value));
      }
    }
    return {};
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    target = from;
    return {};
  } else {
    auto value = boost::json::try_value_to<T>(from);
    if (value.has_error()) return wire::problem{at, "has another type than this member may have", {}};
    target = std::move(*value);
    return {};
  }
}

} // namespace detail

template <class T>
wire::result<T> read_struct(boost::json::value const& from) {
  T target{};
  if (auto r = detail::read_into(target, from, ""); r.has_error()) return r.error();
  return target;
}

} // namespace assay::catalogue
