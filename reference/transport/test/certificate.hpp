// A self-signed certificate for tests, made by OpenSSL and written to two temporary files,
// because that is the form in which users give theirs.
#pragma once

#include <string>

namespace assay::transport::test {

struct certificate {
  std::string certificate_file;
  std::string key_file;
  certificate(std::string certificate, std::string key);
  certificate(certificate const&) = delete;
  certificate& operator=(certificate const&) = delete;
  ~certificate(); ///< removes the files
};

/// `names` as in a subjectAltName extension, for example "IP:127.0.0.1".
certificate make_certificate(std::string const& names);

} // namespace assay::transport::test
