#include "reference/jsonschema/schema.hpp"

#include "reference/jsonschema/compile.hpp"
#include "reference/jsonschema/evaluate.hpp"

namespace assay::jsonschema {

validator::validator(std::shared_ptr<node const> root) : root_(std::move(root)) {}

bool validator::accepts(json::value const& instance) const {
  return jsonschema::accepts(*root_, instance);
}

std::vector<violation> validator::explain(json::value const& instance, std::size_t limit) const {
  return jsonschema::explain(*root_, instance, limit);
}

struct registry::impl {
  impl(dialect fallback, formats how) : documents(std::make_shared<library>(fallback, &metaschemas())), mode(how) {}

  std::shared_ptr<library> documents;
  formats mode;
  std::shared_ptr<arena> compiled; ///< shared by the validators that were made since the last addition
};

registry::registry(dialect fallback, formats mode) : impl_(std::make_unique<impl>(fallback, mode)) {}
registry::~registry() = default;
registry::registry(registry&&) noexcept = default;
registry& registry::operator=(registry&&) noexcept = default;

wire::result<void> registry::add(std::string_view uri, json::value document) {
  impl_->compiled.reset(); // a new document may change what a $dynamicRef can mean
  return impl_->documents->add(uri, std::move(document));
}

wire::result<validator> registry::compile(std::string_view reference) {
  auto& compiled = impl_->compiled;
  if (!compiled) {
    compiled = std::make_shared<arena>();
    compiled->documents = impl_->documents;
    compiled->mode = impl_->mode;
  }
  auto const root = jsonschema::compile(*compiled, reference);
  if (!root) {
    auto const why = root.error();
    compiled.reset();
    return why;
  }
  return validator(std::shared_ptr<node const>(compiled, *root));
}

wire::result<validator> compile_schema(json::value const& schema, dialect fallback, formats mode) {
  registry one(fallback, mode);
  if (auto added = one.add("", schema); !added) return added.error();
  return one.compile("");
}

} // namespace assay::jsonschema
