// The last pass over new nodes, when all of them are known: what can loop, what needs the dynamic scope, what is simple
// enough for the short way, and which member chooses among alternatives.
#include "reference/jsonschema/compile.hpp"

namespace assay::jsonschema {

namespace {

// Calls visit(pointer, in_place) for every node that a node points at. `in_place`: for the same instance location.
template <class Node, class Visit>
void edges(Node& from, Visit visit) {
  auto const each = [&](auto& pointer, bool in_place) {
    if (pointer != nullptr) visit(pointer, in_place);
  };
  if (auto* whole = from.whole.get()) {
    each(whole->reference, true);
    each(whole->dynamic_reference, true);
    for (auto& entry : whole->dynamic_targets)
      each(entry.second, true);
    for (auto& item : whole->all)
      each(item, true);
    for (auto& item : whole->any.branches)
      each(item, true);
    for (auto& item : whole->one.branches)
      each(item, true);
    each(whole->never, true);
    each(whole->condition, true);
    each(whole->then, true);
    each(whole->otherwise, true);
  }
  if (auto* object = from.object.get()) {
    for (auto& slot : object->properties.slots())
      each(slot.schema, false);
    for (auto& entry : object->patterns)
      each(entry.second, false);
    each(object->additional, false);
    each(object->names, false);
    for (auto& entry : object->dependencies)
      each(entry.schema, true);
  }
  if (auto* array = from.array.get()) {
    for (auto& item : array->prefix)
      each(item, false);
    each(array->rest, false);
    each(array->contains, false);
  }
  each(from.unevaluated_properties, false);
  each(from.unevaluated_items, false);
}

using numbering = std::unordered_map<node const*, std::size_t>;

// Marks the nodes that are on, or between, cycles of in-place edges: all that survives when nodes without successors,
// then nodes without predecessors, are taken away again and again. Nodes of earlier passes never lead to new ones.
void mark_loops(std::vector<node*> const& nodes, numbering const& numbers) {
  std::vector<std::vector<std::size_t>> forward(nodes.size()), backward(nodes.size());
  for (std::size_t i = 0; i != nodes.size(); ++i)
    edges(*nodes[i], [&](node const* to, bool in_place) {
      auto const found = in_place ? numbers.find(to) : numbers.end();
      if (found == numbers.end()) return;
      forward[i].push_back(found->second);
      backward[found->second].push_back(i);
    });
  std::vector<bool> gone(nodes.size());
  auto const peel = [&](auto const& out, auto const& in) {
    std::vector<std::size_t> degree(nodes.size()), todo;
    for (std::size_t i = 0; i != nodes.size(); ++i) {
      if (gone[i]) continue;
      for (auto const to : out[i])
        degree[i] += gone[to] ? 0 : 1;
      if (degree[i] == 0) todo.push_back(i);
    }
    while (!todo.empty()) {
      auto const i = todo.back();
      todo.pop_back();
      gone[i] = true;
      for (auto const from : in[i])
        if (!gone[from] && --degree[from] == 0) todo.push_back(from);
    }
  };
  peel(forward, backward);
  peel(backward, forward);
  for (std::size_t i = 0; i != nodes.size(); ++i)
    nodes[i]->loops = !gone[i];
}

// Marks the nodes from which a $dynamicRef with several meanings can be reached.
void mark_scoped(std::vector<node*> const& nodes, numbering const& numbers) {
  std::vector<std::vector<std::size_t>> backward(nodes.size());
  std::vector<std::size_t> todo;
  for (std::size_t i = 0; i != nodes.size(); ++i) {
    auto reached = nodes[i]->whole && !nodes[i]->whole->dynamic_targets.empty();
    edges(*nodes[i], [&](node const* to, bool) {
      if (auto const found = numbers.find(to); found != numbers.end())
        backward[found->second].push_back(i);
      else
        reached = reached || to->scoped;
    });
    if (reached) todo.push_back(i);
  }
  while (!todo.empty()) {
    auto const i = todo.back();
    todo.pop_back();
    if (std::exchange(nodes[i]->scoped, true)) continue;
    todo.insert(todo.end(), backward[i].begin(), backward[i].end());
  }
}

// True when a node says nothing beyond its $ref.
bool only_refers(node const& candidate) {
  auto const* whole = candidate.whole.get();
  return whole != nullptr && whole->reference != nullptr && candidate.types == types::any && !candidate.object &&
         !candidate.array && !candidate.string && !candidate.number && candidate.unevaluated_properties == nullptr &&
         candidate.unevaluated_items == nullptr && whole->constant == nullptr && whole->options == nullptr &&
         whole->dynamic_reference == nullptr && whole->all.empty() && whole->any.branches.empty() &&
         whole->one.branches.empty() && whole->never == nullptr && whole->condition == nullptr;
}

node const* shortened(node const* target) {
  while (!target->loops && !target->scoped && only_refers(*target))
    target = target->whole->reference;
  return target;
}

// True when a node says nothing about its instance as a whole but, perhaps, what is left out.
bool nothing_whole_but(node const& made, bool constant, bool options, bool any, bool one) {
  auto const& whole = *made.whole;
  return (constant || whole.constant == nullptr) && (options || whole.options == nullptr) &&
         whole.reference == nullptr && whole.dynamic_reference == nullptr && whole.all.empty() &&
         (any || whole.any.branches.empty()) && (one || whole.one.branches.empty()) && whole.never == nullptr &&
         whole.condition == nullptr;
}

bool strings_only(json::value const& options) {
  return std::ranges::all_of(options.get_array(), [](json::value const& each) { return each.is_string(); });
}

// What can be said of a node by itself. Constants are needed to find choosers, so this comes before.
void find_way(node& made) {
  made.quick_types = made.types;
  if (made.unevaluated_properties != nullptr || made.unevaluated_items != nullptr || made.loops || made.scoped) return;
  auto const bare = !made.object && !made.array && !made.string && !made.number;
  if (!made.whole) {
    made.kind = !bare ? way::plain : made.types == types::any ? way::nothing : way::type;
    if (auto* rules = made.object.get())
      rules->simple = rules->properties.apart() && rules->patterns.empty() && rules->names == nullptr &&
                      rules->least == 0 && rules->most == unlimited && rules->dependencies.empty();
    if (auto* rules = made.array.get())
      rules->simple = rules->prefix.empty() && rules->contains == nullptr && rules->least == 0 &&
                      rules->most == unlimited && !rules->unique;
    return;
  }
  if (!bare) return;
  auto& whole = *made.whole;
  if (whole.constant != nullptr && whole.constant->is_string() && (made.types & types::string) != 0 &&
      nothing_whole_but(made, true, false, false, false)) {
    made.kind = way::text;
    made.text = known_text(whole.constant->get_string());
  } else if (whole.options != nullptr && (made.types & types::string) != 0 && strings_only(*whole.options) &&
             nothing_whole_but(made, false, true, false, false)) {
    made.kind = way::texts;
    std::vector<property> all;
    std::set<std::string_view> known;
    for (auto const& each : whole.options->get_array())
      if (known.insert(each.get_string()).second) all.push_back({each.get_string()});
    whole.texts.assign(std::move(all));
  }
}

// Alternatives: those that ask for types only are one question; those that a member chooses need no trying.
void find_way_of_alternatives(node& made) {
  if (made.kind != way::general || !made.whole || made.object || made.array || made.string || made.number ||
      made.unevaluated_properties != nullptr || made.unevaluated_items != nullptr || made.loops || made.scoped)
    return;
  auto& whole = *made.whole;
  auto const any = !whole.any.branches.empty();
  if (any == !whole.one.branches.empty() || !nothing_whole_but(made, false, false, any, !any)) return;
  auto& among = any ? whole.any : whole.one;
  std::uint8_t together = 0;
  auto only_types = any;
  for (auto const* each : among.branches) {
    only_types = only_types && (each->kind == way::type || each->kind == way::nothing);
    together |= each->types;
  }
  if (only_types) {
    made.kind = way::type;
    made.quick_types = made.types & together;
    return;
  }
  if (!among.chooser.empty()) {
    std::vector<property> all;
    std::set<std::string_view> known;
    for (std::size_t i = 0; i != among.constants.size(); ++i)
      if (known.insert(among.constants[i]).second) all.push_back({among.constants[i], among.branches[i], true, true});
    if (all.size() == among.branches.size()) {
      made.kind = way::choice;
      among.name = known_text(among.chooser);
      among.by_constant.assign(std::move(all));
      return;
    }
  }
  if (any) made.kind = way::any;
}

// What a table's entries lead to is copied into them: most members of a message are checked without another look.
void prepare(object_rules& rules) {
  for (auto& slot : rules.properties.slots()) {
    if (slot.schema == nullptr) continue;
    slot.kind = slot.schema->kind;
    slot.types = slot.schema->quick_types;
  }
}

// What every object that a node accepts has: names, and string constants.
struct demands {
  std::vector<std::string_view> required;
  std::vector<std::pair<std::string_view, std::string_view>> constants;
};

// `budget` bounds the looking of one pass: what is not found makes evaluation slower, not wrong.
void collect(node const& from, demands& into, int depth, long& budget) {
  if (depth == 0 || --budget < 0) return;
  if (from.object) {
    auto const& rules = *from.object;
    budget -= static_cast<long>(rules.required.size() + rules.properties.slots().size());
    if (budget < 0) return;
    into.required.insert(into.required.end(), rules.required.begin(), rules.required.end());
    for (auto const& slot : rules.properties.slots())
      if (slot.declared && slot.schema->kind == way::text)
        into.constants.emplace_back(slot.name, slot.schema->text.text);
  }
  if (!from.whole) return;
  if (from.whole->reference != nullptr) collect(*from.whole->reference, into, depth - 1, budget);
  for (auto const* item : from.whole->all)
    collect(*item, into, depth - 1, budget);
}

// A constant that is demanded, by name.
std::optional<std::string_view> demanded(demands const& of, std::string_view name, long& budget) {
  budget -= static_cast<long>(of.required.size() + of.constants.size());
  if (budget < 0 || std::ranges::find(of.required, name) == of.required.end()) return std::nullopt;
  for (auto const& [key, text] : of.constants)
    if (key == name) return text;
  return std::nullopt;
}

void find_chooser(choice& among, long& budget) {
  if (among.branches.size() < 2) return;
  std::vector<demands> all(among.branches.size());
  for (std::size_t i = 0; i != all.size(); ++i)
    collect(*among.branches[i], all[i], 6, budget);
  for (auto const& [name, first] : all.front().constants) {
    std::vector<std::string_view> constants;
    auto differ = false;
    for (auto const& each : all) {
      auto const text = demanded(each, name, budget);
      if (!text) break;
      differ = differ || *text != first;
      constants.push_back(*text);
    }
    if (constants.size() != all.size() || !differ) continue;
    among.chooser = name;
    among.constants = std::move(constants);
    return;
  }
}

} // namespace

void link(arena& made, std::size_t first_new) {
  std::vector<node*> nodes;
  numbering numbers;
  nodes.reserve(made.nodes.size() - first_new);
  for (auto i = first_new; i != made.nodes.size(); ++i) {
    numbers.emplace(&made.nodes[i], nodes.size());
    nodes.push_back(&made.nodes[i]);
  }
  mark_loops(nodes, numbers);
  if (made.dynamic) mark_scoped(nodes, numbers);
  for (auto* each : nodes)
    edges(*each, [](node const*& to, bool) { to = shortened(to); });
  for (auto* each : nodes)
    find_way(*each);
  long budget = 2'000'000;
  for (auto* each : nodes)
    if (each->whole) {
      find_chooser(each->whole->any, budget);
      find_chooser(each->whole->one, budget);
    }
  for (auto* each : nodes)
    find_way_of_alternatives(*each);
  for (auto* each : nodes)
    if (each->object) prepare(*each->object);
}

} // namespace assay::jsonschema
