// Asio and its TLS streams, compiled here once for all programs: every other file sees declarations only
// (BOOST_ASIO_SEPARATE_COMPILATION in cmake/assay.cmake).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
