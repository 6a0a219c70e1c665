// X509 by hand: a P-256 key, valid for an hour, its own authority.
// A file in the tree would expire one day.
#include "reference/transport/test/certificate.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace assay::transport::test {
namespace {

std::string write_file(auto&& write) {
  std::string name = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
  int const number = ::mkstemp(name.data());
  if (number < 0) throw std::runtime_error("no temporary file");
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(::fdopen(number, "w"), &std::fclose);
  if (!file || write(file.get()) != 1) throw std::runtime_error("cannot write a PEM file");
  return name;
}

} // namespace

certificate::certificate(std::string certificate, std::string key)
    : certificate_file(std::move(certificate)), key_file(std::move(key)) {}

certificate::~certificate() {
  std::remove(certificate_file.c_str());
  std::remove(key_file.c_str());
}

certificate make_certificate(std::string const& names) {
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  std::unique_ptr<X509, void (*)(X509*)> const x509(X509_new(), &X509_free);
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  X509_set_pubkey(x509.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(x509.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("assay test"), -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> const extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str()), &X509_EXTENSION_free);
  X509_add_ext(x509.get(), extension.get(), -1);
  if (X509_sign(x509.get(), key.get(), EVP_sha256()) == 0) throw std::runtime_error("cannot sign the certificate");
  auto const write_certificate = [&](std::FILE* file) { return PEM_write_X509(file, x509.get()); };
  auto const write_key = [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  };
  return certificate(write_file(write_certificate), write_file(write_key));
}

} // namespace assay::transport::test
