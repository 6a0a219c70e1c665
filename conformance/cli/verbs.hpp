// The verbs of mcp-assay, one a file. Each adds its options to the application, and a callback that does the work with
// context::store and leaves its result in context::exit_code.
#pragma once

#include "conformance/cli/context.hpp"

namespace CLI {
class App;
}

namespace assay::cli {

void add_server(CLI::App& app, context& c);     ///< server.cpp
void add_client(CLI::App& app, context& c);     ///< client.cpp
void add_prove(CLI::App& app, context& c);      ///< prove.cpp
void add_list(CLI::App& app, context& c);       ///< list.cpp
void add_explain(CLI::App& app, context& c);    ///< explain.cpp
void add_validate(CLI::App& app, context& c);   ///< validate.cpp
void add_schema(CLI::App& app, context& c);     ///< schema.cpp
void add_check_data(CLI::App& app, context& c); ///< check_data.cpp
void add_new(CLI::App& app, context& c);        ///< new.cpp
void add_report(CLI::App& app, context& c);     ///< report.cpp
void add_diff(CLI::App& app, context& c);       ///< diff.cpp
void add_certify(CLI::App& app, context& c);    ///< certify.cpp
void add_verify(CLI::App& app, context& c);     ///< verify.cpp

} // namespace assay::cli
