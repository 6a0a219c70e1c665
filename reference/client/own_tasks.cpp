#include "reference/client/own_tasks.hpp"

#include "reference/client/server_requests.hpp"
#include "reference/session/task.hpp"

#include <algorithm>
#include <charconv>

namespace assay::client {
namespace {

constexpr std::int64_t longest_life = 60 * 60 * 1000;
constexpr std::int64_t poll_interval = 100;
constexpr std::size_t most_tasks = 100;
constexpr std::size_t page_size = 20;

session::failure invalid(std::string what) {
  return {session::code::invalid_params, std::move(what)};
}

void drop_lapsed(state& c) {
  auto const now = c.options.wall_clock();
  std::erase_if(c.own_tasks, [now](own_task const& one) {
    bool const lapsed = one.created + one.ttl < now;
    for (auto const& waiting : one.waiting)
      if (lapsed) waiting->fill(false);
    return lapsed;
  });
}

/// The task that the params name, or nullptr.
own_task* named(state& c, json::object const& params) {
  drop_lapsed(c);
  auto const* const id = params.if_contains("taskId");
  if (!id || !id->is_string()) return nullptr;
  auto const found = std::find_if(c.own_tasks.begin(), c.own_tasks.end(),
                                  [id](own_task const& one) { return one.id == id->get_string(); });
  return found == c.own_tasks.end() ? nullptr : &*found;
}

json::object describe(own_task const& of) {
  json::object shown{{"taskId", of.id},
                     {"status", of.status},
                     {"createdAt", session::timestamp(of.created)},
                     {"lastUpdatedAt", session::timestamp(of.updated)},
                     {"ttl", of.ttl},
                     {"pollInterval", poll_interval}};
  if (!of.message.empty()) shown["statusMessage"] = of.message;
  return shown;
}

void end_task(state& c, own_task& one, std::string status, std::string message, reply end) {
  one.status = std::move(status);
  one.message = std::move(message);
  one.updated = c.options.wall_clock();
  one.end = std::move(end);
  for (auto const& waiting : one.waiting)
    waiting->fill(true);
  one.waiting.clear();
}

/// Does what was asked. A task that was cancelled meanwhile stays so.
task<bool> work(state& c, std::string id, std::string method, json::object params) {
  reply made = co_await provide_input(c, std::move(method), std::move(params));
  json::object which;
  which["taskId"] = id;
  auto* const one = named(c, which);
  if (!one || session::has_ended(one->status)) co_return false;
  auto const* const failed = std::get_if<session::failure>(&made);
  std::string status = failed ? "failed" : "completed";
  std::string message = failed ? failed->message : std::string();
  end_task(c, *one, std::move(status), std::move(message), std::move(made));
  co_return true;
}

reply list(state& c, json::object const& params) {
  drop_lapsed(c);
  std::int64_t after = 0;
  if (auto const* const cursor = params.if_contains("cursor")) {
    auto const text = cursor->is_string() ? std::string_view(cursor->get_string()) : std::string_view();
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), after);
    bool const ours = error == std::errc() && end == text.data() + text.size() && after > 0 && after < c.next_own_task;
    if (!ours) return invalid("this cursor was never given out");
  }
  json::array page;
  json::object result;
  std::int64_t last = after;
  for (auto const& one : c.own_tasks) { // in the order of their numbers
    if (one.number <= after) continue;
    if (page.size() == page_size) {
      result["nextCursor"] = std::to_string(last);
      break;
    }
    page.push_back(describe(one));
    last = one.number;
  }
  result["tasks"] = std::move(page);
  return result;
}

reply cancel(state& c, own_task& one) {
  if (session::has_ended(one.status)) return invalid("this task has ended already: " + one.status);
  end_task(c, one, "cancelled", "cancelled by request",
           session::failure{session::code::internal_error, "the task was cancelled"});
  return describe(one);
}

/// What came of the request, with the task that it was.
reply outcome(own_task const& one) {
  reply end = *one.end;
  if (auto* const result = std::get_if<json::object>(&end)) {
    json::object related;
    related["taskId"] = one.id;
    json::object meta;
    meta[session::related_task] = std::move(related);
    (*result)["_meta"] = std::move(meta);
  }
  return end;
}

} // namespace

bool wants_task(state const& c, std::string_view method, json::object const& params) {
  // Where tasks are not declared for a method, it is served as if none were wanted.
  return speaks(c, "tasks") && params.contains("task") &&
         (method == "sampling/createMessage" || method == "elicitation/create");
}

reply begin_task(state& c, std::string method, json::object params) {
  auto const* const wanted = params.at("task").if_object();
  if (!wanted) return invalid("task has to be an object");
  drop_lapsed(c);
  auto const ended = [](own_task const& one) { return session::has_ended(one.status); };
  if (c.own_tasks.size() >= most_tasks) {
    auto const oldest = std::find_if(c.own_tasks.begin(), c.own_tasks.end(), ended);
    if (oldest == c.own_tasks.end())
      return session::failure{session::code::internal_error, "too many tasks have not ended yet"};
    c.own_tasks.erase(oldest);
  }
  own_task made;
  made.id = c.options.unguessable();
  made.number = c.next_own_task++;
  made.created = made.updated = c.options.wall_clock();
  made.ttl = longest_life;
  if (auto const* const ttl = wanted->if_contains("ttl"); ttl && ttl->is_number())
    made.ttl = static_cast<std::int64_t>(std::clamp(ttl->to_number<double>(), 1.0, static_cast<double>(longest_life)));
  json::object result;
  result["task"] = describe(made);
  params.erase("task");
  after(c, std::chrono::milliseconds(0), [&c, id = made.id, method = std::move(method), params = std::move(params)] {
    spawn(c, work(c, id, method, params));
  });
  c.own_tasks.push_back(std::move(made));
  return result;
}

bool is_task_method(state const& c, std::string_view method) {
  return speaks(c, "tasks") &&
         (method == "tasks/get" || method == "tasks/result" || method == "tasks/list" || method == "tasks/cancel");
}

task<reply> serve_task_method(state& c, std::string method, json::object params) {
  if (method == "tasks/list") co_return list(c, params);
  auto* one = named(c, params);
  if (!one) co_return invalid("there is no such task");
  if (method == "tasks/get") co_return describe(*one);
  if (method == "tasks/cancel") co_return cancel(c, *one);
  if (!session::has_ended(one->status)) {
    auto const ended = std::make_shared<slot<bool>>(c.ready);
    one->waiting.push_back(ended);
    bool const still_there = co_await *ended;
    one = still_there ? named(c, params) : nullptr;
  }
  if (!one) co_return invalid("this task has lapsed");
  co_return outcome(*one);
}

} // namespace assay::client
